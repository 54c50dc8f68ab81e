"""Fourfold in Vim with vim-lsp, with real keys, as `server/editors/vim-lsp.md` sets it up."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

import pytest

from editors.neovim.driver import TOOLS
from editors.terminal import LIMIT_SECONDS
from editors.vim import PROMPT, Vim, check_typing, check_versions, needs
from support.scripted_model import scripted_model, silence, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITOR = "Vim 9 (vim-lsp)"
VIM_LSP = TOOLS / "vim-lsp"
pytestmark = [needs("vim-lsp", VIM_LSP / "plugin"), pytest.mark.timeout(300)]


class WithVimLsp(Vim):
    """vim-lsp's menu is a window in which one types what to look for."""

    page, plugin = "vim-lsp", VIM_LSP

    def until_served(self) -> None:
        """Waits for the language server: vim-lsp refuses what comes before."""
        end = time.monotonic() + LIMIT_SECONDS
        while "served: running" not in self.wait_for("^served: "):
            assert time.monotonic() < end, self.screen()
            self.command("echo 'served:' lsp#get_server_status('fourfold')")

    def history(self, current: str) -> str:
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            self.keys("\\h")
            screen = self.wait_for(r"greet: (v\d is current|this is)")
            self.command("call popup_clear() | echo")
            self.wait_gone("greet: ")
            if f"greet: {current} is current" in screen:
                return screen
            assert time.monotonic() < end, screen

    def act(self, title: str) -> None:
        self.keys("\\a")
        self.wait_for(r"\[fourfold\] .* \(refactor")
        self.keys(title)
        self.wait_for(rf"^prompts/greet\.md .*\n.*\[fourfold\] .*{re.escape(title)}")
        self.keys("Enter")
        self.wait_gone("^lsp-quickpick")


async def test_vim_lsp(tmp_path: Path, shown: Callable[[str], None]) -> None:
    """One Vim for all."""
    async with scripted_model(tokens("Hello", " Ada"), silence("Half of ", "an answer")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "x", "OPENAI_MODEL": "scripted"}
        await asyncio.to_thread(journey, tmp_path, env, shown)


def journey(tmp_path: Path, env: dict[str, str], shown: Callable[[str], None]) -> None:
    with WithVimLsp(tmp_path / "work", PROMPT.format(12, "France"), env) as v:
        v.command("echo 'served:'")
        v.until_served()
        check_typing(v, shown)
        check_versions(v, shown)

        v.act("▶ Run ")
        v.wait_for(r"greet v2: [0-9.]+ s · 2 tokens")
        assert v.versions()[2]["runs"] == 1
        shown("run")

        v.act("2 tokens")
        print(v.wait_for("Open /.* to read it"))
        v.command("Fourfold showResponse")
        v.wait_for("^Hello Ada|│Hello Ada|\\|Hello Ada")
        shown("response")
        v.command("only")
        v.command("edit prompts/greet.md")
        v.act("Compare v2 with v5")
        v.wait_for("Open /.*greet.v2-v5.md to read it")
        v.command("Fourfold compareVersions 2 5")
        assert "not run yet" in v.wait_for("v2 of greet against v5")
        shown("compare")
        v.command("only")
        v.command("edit prompts/greet.md")

        v.act("▶ Run ")
        v.wait_for("Running greet v2…")
        v.act("◼ Cancel")
        v.wait_for("greet v2: cancelled")
        shown("cancel")

        v.act("▶ Run ")
        v.wait_for("Running greet v2…")
        v.command("Fourfold showResponse")
        v.wait_for("Half of an answer")
        v.quit()
        assert v.path.read_text() == PROMPT.format(12, "Italy")
        assert v.versions()[2]["lastRun"]["status"] == "cancelled"
        shown("quit")
