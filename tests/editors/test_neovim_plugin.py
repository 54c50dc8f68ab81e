"""Fourfold's plugin for Neovim, as `server/editors/neovim.md` sets it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editors.neovim.driver import LENSES, PLUGIN, TEXT
from editors.neovim.needs import MODEL, NEOVIM
from editors.neovim.prompts import SHORT, TEXTS
from editors.neovim.workspace import (
    PLAIN,
    RUNS_OF_VERSIONS,
    WITH_PLUGIN,
    check,
    make_workspace,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITOR = "Neovim 0.11"
pytestmark = [NEOVIM, pytest.mark.timeout(300)]

STATUS = "require('fourfold').statusline()"
BESIDE = """(function()
  local window = vim.api.nvim_tabpage_list_wins(0)[2]
  local bufnr = window and vim.api.nvim_win_get_buf(window)
  return bufnr and table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\\n') or ''
end)()"""
"""What the window beside the prompt says."""

PICK_V3 = """
vim.ui.select = function(items, options, on_choice)
  _G.preview = BESIDE
  _G.titles = vim.tbl_map(options.format_item, items)
  on_choice(items[2])
end
""".replace("BESIDE", BESIDE)


def test_a_version_is_picked_with_a_preview(tmp_path: Path, shown: Callable[[str], None]) -> None:
    workspace = make_workspace(tmp_path, f"{TEXTS[1]}\n", WITH_PLUGIN)
    with workspace.open() as neovim:
        neovim.wait(f"{STATUS} == 'v1 · 1 version'")
        for number in range(2, 6):
            neovim.write(TEXTS[number])
            neovim.wait(f"vim.startswith({STATUS}, 'v{number} ·')")
        neovim.wait(f"{LENSES}:find('v5 of v2–v5', 1, true)")
        shown("history")

        neovim.lua(PICK_V3)
        neovim.command("Fourfold")
        neovim.wait(f"vim.startswith({STATUS}, 'v3 ·')")
        preview = neovim.lua("return _G.preview")
        assert f"v3 would change\n@@ -1 +1 @@\n-{TEXTS[5]}\n+{TEXTS[3]}" in preview
        assert [title[:4] for title in neovim.lua("return _G.titles")] == ["v4 ·", "v3 ·", "v2 ·"]
        assert neovim.lua("return #vim.api.nvim_list_wins()") == 1, "the preview is still there"
        check(neovim, workspace, shows=3, current=3)
        neovim.command("Fourfold undo")
        neovim.wait(f"vim.startswith({STATUS}, 'v5 ·')")
        check(neovim, workspace, shows=5, current=5)
        for number in (3, 4, 2):
            neovim.command(f"Fourfold switch v{number}")
            neovim.wait(f"vim.startswith({STATUS}, 'v{number} ·')")
            neovim.wait(f"{LENSES}:find('v{number} of v2–v5 · current', 1, true)")
            check(neovim, workspace, shows=number, current=number)
            neovim.command("undo")
            neovim.wait(f"{LENSES}:find('v5 · save to make it current', 1, true)")
            check(neovim, workspace, shows=5, current=number)
            neovim.command("write")
            neovim.wait(f"vim.startswith({STATUS}, 'v5 ·')")
            check(neovim, workspace, shows=5, current=5)
        shown("switch")
        shown("undo")


NEWER = """
vim.lsp.codelens.enable = function(on, filter) _G.enabled = { on, filter and filter.bufnr } end
vim.lsp.codelens.refresh = function() _G.refreshed = true end
"""
"""What Neovim 0.12 has: lenses that it keeps up to date by itself."""


@pytest.mark.parametrize("configuration", [PLAIN, WITH_PLUGIN], ids=["plain", "plugin"])
def test_a_newer_neovim_is_left_to_keep_its_lenses(configuration: int, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, "1\n", configuration)
    page = workspace.init.read_text(encoding="utf-8")
    workspace.init.write_text(f"{NEWER}\n{page}", encoding="utf-8")
    with workspace.open() as neovim:
        neovim.wait("#vim.lsp.get_clients({ name = 'fourfold' }) > 0 and _G.enabled")
        own = [True, neovim.lua("return vim.api.nvim_get_current_buf()")]
        assert neovim.lua("return _G.enabled") == (own if configuration == WITH_PLUGIN else own[:1])
        neovim.write("2")
        neovim.wait("vim.uv.fs_stat('.fourfold/fourfold.db')")
        assert neovim.lua("return _G.refreshed") is None


def test_subcommands_and_versions_are_completed_and_explained(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, "1\n", WITH_PLUGIN)
    with workspace.open() as neovim:
        neovim.wait(f"{STATUS} == 'v1 · 1 version'")
        complete = "return vim.fn.getcompletion('{}', 'cmdline')"
        assert neovim.lua(complete.format("Fourfold run ")) == ["all", "v1"]
        names = neovim.lua(complete.format("Fourfold "))
        help_text = (PLUGIN / "doc/fourfold.txt").read_text(encoding="utf-8")
        assert all(f"*:Fourfold-{name}*" in help_text for name in names)
        assert help_text.count("*:Fourfold-") == len(names)

        neovim.lua("vim.notify = function(text) _G.told = text end")
        neovim.command("Fourfold nonsense")
        assert ":help :Fourfold" in neovim.lua("return _G.told")
        neovim.command("Fourfold switch v9")
        neovim.wait("_G.told:find('greet has no v9', 1, true)")


def test_the_help_has_its_tags(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, "1\n", WITH_PLUGIN)
    copied = tmp_path / "copied/doc"
    copied.mkdir(parents=True)
    (copied / "fourfold.txt").write_bytes((PLUGIN / "doc/fourfold.txt").read_bytes())
    with workspace.open() as neovim:
        neovim.command(f"set runtimepath^={copied.parent}")
        neovim.command(f"helptags {copied}")
        for topic in ("fourfold", ":Fourfold-run", "fourfold.statusline"):
            neovim.command(f"help {topic}")
            assert neovim.lua("return vim.fn.expand('%:p')") == str(copied / "fourfold.txt")


@MODEL
def test_a_response_streams_beside_the_prompt_and_is_compared(
    tmp_path: Path, shown: Callable[[str], None]
) -> None:
    workspace = make_workspace(tmp_path, SHORT.format("France"), WITH_PLUGIN)
    with workspace.open() as neovim:
        neovim.wait(f"{STATUS} == 'v1 · 1 version'")
        neovim.write(*SHORT.format("Italy").splitlines())
        neovim.wait(f"{STATUS} == 'v2 · 2 versions'")
        neovim.command("Fourfold run all")
        neovim.wait(f"{STATUS}:find('running')")
        neovim.wait(f"not {STATUS}:find('running')", 30)
        shown("run")
        responses = dict(workspace.rows(f"SELECT number, trim(response) FROM {RUNS_OF_VERSIONS}"))
        # All of them with their figures, which follow what comes.
        figures = "v1.-succeeded.-tokens.-v2.-succeeded.-tokens"
        neovim.wait(f"{BESIDE}:find('{figures}.*## Response of v1.*## Response of v2')")
        neovim.command("Fourfold response v1")
        neovim.wait(f"vim.trim({BESIDE}) == vim.trim([[\n{responses[1]}]])")
        shown("response")

        neovim.command("Fourfold compare v1 v2")
        neovim.wait("#vim.api.nvim_list_tabpages() == 4")
        neovim.wait(f"{TEXT}:find('## Response of v2', 1, true)")
        neovim.command("tablast")
        texts = (
            "vim.tbl_map(function(window)"
            " return vim.wo[window].diff and table.concat(vim.api.nvim_buf_get_lines("
            "vim.api.nvim_win_get_buf(window), 0, -1, false), '\\n') end,"
            " vim.api.nvim_tabpage_list_wins(0))"
        )
        neovim.wait(f"vim.iter({texts}):all(function(text) return text and text ~= '' end)")
        left, right = neovim.lua(f"return {texts}")
        assert {left.strip(), right.strip()} == {text.strip() for text in responses.values()}
        shown("compare")

        neovim.command("tabfirst")
        neovim.lua("vim.ui.open = function(uri) _G.opened = uri return {} end")
        neovim.command("Fourfold board")
        neovim.wait("_G.opened and vim.startswith(_G.opened, 'http://127.0.0.1:')")


def test_lenses_stay_when_the_first_line_changes(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, "1\n", WITH_PLUGIN)
    with workspace.open() as neovim:
        neovim.wait(f"{LENSES}:find('v1 · current', 1, true)")
        neovim.lua("vim.api.nvim_buf_set_lines(0, 0, 1, false, {'typed'})")
        neovim.wait(f"{LENSES}:find('v1 + unsaved', 1, true)")
        neovim.lua("vim.cmd.startinsert() vim.api.nvim_buf_set_text(0, 0, 0, 0, 0, {'more '})")
        neovim.wait(f"{LENSES}:find('v1 + unsaved', 1, true)")
