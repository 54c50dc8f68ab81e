"""Fourfold in Neovim as `server/editors/neovim.md` sets it up without the plugin."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from editors.neovim.driver import LENSES, TEXT
from editors.neovim.needs import MODEL, NEOVIM
from editors.neovim.prompts import LONG, SHORT, TEXTS
from editors.neovim.workspace import (
    PLAIN,
    RUNS_OF_VERSIONS,
    Workspace,
    check,
    make_workspace,
)
from support.processes import Ends, descendants
from support.scripted_model import scripted_model, silence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from editors.neovim.driver import Neovim

EDITOR = "Neovim 0.11"
pytestmark = [NEOVIM, pytest.mark.timeout(300)]

PROGRESS = """
_G.progress = {}
vim.api.nvim_create_autocmd('LspProgress', { callback = function(event)
  local value = event.data.params.value
  table.insert(_G.progress, value.kind .. ' ' .. (value.message or ''))
end })
"""


def lens(neovim: Neovim, title: str) -> None:
    """Waits for a lens that contains `title`."""
    neovim.wait(f"{LENSES}:find('{title}', 1, true)")


def says(neovim: Neovim, text: str) -> None:
    """Waits for the current buffer to contain `text`."""
    neovim.wait(f"{TEXT}:find([[{text}]], 1, true)")


def test_versions_are_kept_seen_and_switched(tmp_path: Path, shown: Callable[[str], None]) -> None:
    workspace = make_workspace(tmp_path, f"{TEXTS[1]}\n", PLAIN)
    with workspace.open() as neovim:
        lens(neovim, "v1 · current")
        for number in range(2, 6):
            neovim.write(TEXTS[number])
            lens(neovim, f"v{number} of")
        assert workspace.rows("SELECT number, text FROM versions ORDER BY number") == [
            (number, f"{TEXTS[number]}\n") for number in range(2, 6)
        ]
        shown("save")

        neovim.lua("vim.lsp.buf.hover()")
        neovim.wait("#vim.api.nvim_list_wins() == 2")
        hover = neovim.lua(
            "local buffer = vim.api.nvim_win_get_buf(vim.api.nvim_list_wins()[2])"
            " return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\\n')"
        )
        assert all(f"v{number}" in hover for number in range(2, 6)), hover
        shown("history")

        for number in (3, 4, 2):
            neovim.act(f"Make v{number} current")
            lens(neovim, f"v{number} · save to make it current")
            check(neovim, workspace, shows=number, current=5)
            neovim.command("undo")
            lens(neovim, "v5 of v2–v5 · current")
            check(neovim, workspace, shows=5, current=5)

        for number in (3, 4, 2):
            neovim.act(f"Make v{number} current")
            lens(neovim, f"v{number} · save to make it current")
            neovim.command("write")
            lens(neovim, f"v{number} of v2–v5 · current")
            check(neovim, workspace, shows=number, current=number)
            neovim.command("undo")
            lens(neovim, "v5 · save to make it current")
            check(neovim, workspace, shows=5, current=number)
            neovim.command("write")
            lens(neovim, "v5 of v2–v5 · current")
            check(neovim, workspace, shows=5, current=5)
        shown("switch")

        neovim.act("Make v4 current")
        lens(neovim, "v4 · save to make it current")
        neovim.command("write")
        lens(neovim, "v4 of v2–v5")
        neovim.act("Undo the last change of versions")
        lens(neovim, "v5 · save to make it current")
        neovim.command("write")
        lens(neovim, "v5 of v2–v5")
        check(neovim, workspace, shows=5, current=5)
        neovim.command("checktime")
        assert not re.search(r"W1\d", neovim.messages())
        assert workspace.rows("SELECT count(*) FROM versions") == [(4,)]
        shown("undo")


def test_keys_and_inputs_are_completed_and_what_is_wrong_is_told(
    tmp_path: Path, shown: Callable[[str], None]
) -> None:
    workspace = make_workspace(tmp_path, SHORT.format("France"), PLAIN)
    with workspace.open() as neovim:
        lens(neovim, "v1 · current")
        complete(neovim, "4Got", "temperature")  # indented by Neovim
        neovim.press(" hot<Esc>")  # it takes words up to the first blank
        neovim.wait("#vim.diagnostic.get(0) == 1")
        (found,) = neovim.lua("return vim.diagnostic.get(0)")
        assert (found["lnum"], found["col"], found["end_col"]) == (4, 17, 20)
        assert found["message"].startswith("temperature must be a number")
        neovim.press("Stemperature: 0<Esc>")
        neovim.wait("#vim.diagnostic.get(0) == 0")
        shown("mistakes")
        complete(neovim, "Go{{tone}}, {{topic}}, {{to", "tone")
        neovim.press("}}<Esc>")
        says(neovim, "{{topic}}, {{tone}}")
        shown("completion")


def complete(neovim: Neovim, typed: str, word: str) -> None:
    """Types, and takes what Neovim's own completion offers first of several."""
    neovim.press(f"{typed}<C-x><C-o>")
    neovim.wait("vim.fn.pumvisible() == 1")
    assert neovim.lua("return vim.fn.complete_info({'items'}).items[1].abbr") == word
    neovim.press("<C-y>")


TESTS = """\
- description: recorded
  vars: {name: Ada}
  providerOutput: Hello Ada
  assert: [{type: contains, value: Hello}]
- vars: {nme: 🐢 Bo}
  assert: [{type: contains, value: x}]
"""


def test_a_tests_file_shows_what_is_wrong_and_what_came_of_it(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, "Greet {{ name }}.\n", PLAIN)
    workspace.prompt.with_name("greet.tests.yaml").write_text(TESTS, encoding="utf-8")
    with workspace.open() as neovim:
        lens(neovim, "v1 · current")
        neovim.command("edit prompts/greet.tests.yaml")
        neovim.wait("#vim.diagnostic.get(0) == 1")
        (found,) = neovim.lua("return vim.diagnostic.get(0)")
        assert (found["lnum"], found["col"], found["end_col"]) == (4, 9, 12)
        assert found["message"].endswith("did you mean name?")
        lens(neovim, "▶ Run on current")
        neovim.act("▶ Run on current (recorded")
        lens(neovim, "v1 ✓")
        neovim.command("buffer greet.md")
        lens(neovim, "v1 100 % (")


@MODEL
def test_a_response_is_run_for_read_and_compared(
    tmp_path: Path, shown: Callable[[str], None]
) -> None:
    workspace = make_workspace(tmp_path, SHORT.format("France"), PLAIN)
    with workspace.open() as neovim:
        lens(neovim, "v1 · current")
        neovim.write(*SHORT.format("Italy").splitlines())
        lens(neovim, "v2 of")
        neovim.lua(PROGRESS)
        neovim.act("▶▶ Run all 2")
        neovim.wait("vim.startswith(_G.progress[#_G.progress] or '', 'end v1')", 30)
        progress = neovim.lua("return table.concat(_G.progress, ', ')")
        assert "report 0 of 2 done · " in progress
        lens(neovim, " tokens · ")
        shown("run")

        ((response,),) = workspace.rows(f"SELECT response FROM {RUNS_OF_VERSIONS} WHERE number = 2")
        result = next(part for part in neovim.lenses().split(" | ") if "tokens" in part)
        neovim.act(result.strip())
        says(neovim, response.split("\n")[0])
        assert neovim.lua("return vim.bo.readonly")
        shown("response")

        neovim.command("buffer greet.md")
        neovim.act("⇄ Compare")
        says(neovim, "v1")
        unmarked = f"{TEXT}:gsub('~~.-~~ ?', ''):gsub('%*%*', '')"
        for (text,) in workspace.rows("SELECT response FROM runs"):
            begin = text.split("\n")[0]
            neovim.wait(f"({unmarked}):find([[{begin}]], 1, true)")
        shown("compare")


async def test_a_run_is_cancelled(tmp_path: Path, shown: Callable[[str], None]) -> None:
    async with scripted_model(silence("Half of ", "an answer")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"}
        workspace = make_workspace(tmp_path, "1\n", PLAIN, env)
        await asyncio.to_thread(cancel, workspace)
        await (await model.exchange()).until_closed()
    assert workspace.rows("SELECT status, response FROM runs") == [
        ("cancelled", "Half of an answer")
    ]
    shown("cancel")


def cancel(workspace: Workspace) -> None:
    with workspace.open() as neovim:
        lens(neovim, "v1 · current")
        neovim.lua(PROGRESS)
        neovim.act("▶ Run")
        neovim.wait("(_G.progress[#_G.progress] or ''):find('report running… [1-9]')")
        lens(neovim, "◼ Cancel")
        neovim.act("◼ Cancel")
        lens(neovim, "cancelled")


@MODEL
def test_quitting_during_a_run_loses_nothing(tmp_path: Path, shown: Callable[[str], None]) -> None:
    workspace = make_workspace(tmp_path, LONG, PLAIN)
    with workspace.open() as neovim:
        lens(neovim, "v1 · current")
        neovim.act("▶ Run")
        lens(neovim, "running…")
        neovim.act("running…")
        neovim.wait("vim.bo.readonly")
        neovim.wait(f"#{TEXT} > {len(neovim.text()) + 200}", 30)
        ends = Ends(descendants(neovim.process.pid))
        neovim.quit()
        ends.wait(30)
    ((status, response),) = workspace.rows("SELECT status, response FROM runs")
    assert status == "cancelled"
    assert len(response) > 20
    shown("quit")
