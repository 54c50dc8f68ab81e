"""Fourfold in Vim with coc.nvim, with real keys, as `server/editors/coc.md` sets it up."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from editors.neovim.driver import TOOLS
from editors.vim import COUNTRIES, PROMPT, Vim, check_versions, needs
from support.scripted_model import scripted_model, silence, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITOR = "Vim 9 (coc.nvim)"
COC = TOOLS / "coc.nvim"
pytestmark = [needs("coc.nvim", COC / "build/index.js"), pytest.mark.timeout(300)]


class WithCoc(Vim):
    """coc.nvim runs in Node; its menu is a window of Vim's with numbers."""

    page, plugin = "coc", COC

    def history(self, current: str) -> str:
        while True:
            self.keys("\\h")
            screen = self.wait_for(r"greet: (\S+ is current|this is)")
            self.command("call coc#float#close_all()")
            self.wait_gone("greet: ")
            if f"greet: {current} is current" in screen:
                return screen

    def act(self, title: str) -> None:
        self.keys("\\a")
        menu = self.wait_for(r"\d+\. Show the history")
        found = re.search(rf"(\d+)\. {title}", menu)
        assert found, menu
        self.keys(*["j"] * (int(found[1]) - 1), "Enter")
        self.wait_gone(r"\d+\. Show the history")


async def test_coc(tmp_path: Path, shown: Callable[[str], None]) -> None:
    """One Vim for all: Node and coc.nvim take seconds to come."""
    async with scripted_model(tokens("Hello", " Ada"), silence("Half of ", "an answer")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "x", "OPENAI_MODEL": "scripted"}
        await asyncio.to_thread(journey, tmp_path, env, shown)


def journey(tmp_path: Path, env: dict[str, str], shown: Callable[[str], None]) -> None:
    prompt, path = PROMPT.format(12, "France"), f"{TOOLS}/node/bin:"
    with WithCoc(tmp_path / "work", prompt, env, path) as v:
        v.wait_for("v1 · current")
        check_versions(v, shown)

        v.act("▶ Run ")
        v.wait_for(r"greet v2: [0-9.]+ s · 2 tokens|v2 of .* · 2 tokens")
        print(v.screen())
        v.act("[0-9.]+ s · 2 tokens")
        v.wait_for("Hello Ada")
        print(v.screen())
