"""Fourfold in Vim with coc.nvim, with real keys, as `server/editors/coc.md` sets it up."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

import pytest

from editors.neovim.driver import TOOLS
from editors.vim import COUNTRIES, PROMPT, Vim, check_typing, check_versions, needs
from support.scripted_model import scripted_model, silence, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITOR = "Vim 9 (coc.nvim)"
COC = TOOLS / "coc.nvim"
KEY_SECONDS = 1.0
"""After which a key that has changed nothing is pressed again."""
pytestmark = [needs("coc.nvim", COC / "build/index.js"), pytest.mark.timeout(300)]


class WithCoc(Vim):
    """coc.nvim runs in Node; its menu is a window of Vim's with numbers."""

    page, plugin = "coc", COC

    def history(self, current: str) -> str:
        self.wait_for(rf"^{current} .*· current")  # the lenses
        self.keys("\\h")
        screen = self.wait_for(f"greet: {current} is current")
        self.command("call coc#float#close_all()")
        self.wait_gone("greet: ")
        return screen

    def save(self, country: str) -> None:
        """coc.nvim asks Vim once more before it tells of a save, and tells first of what has been
        typed meanwhile: only who waits between two saves has a version of each."""
        super().save(country)
        self.wait_for(rf"^v{COUNTRIES.index(country) + 1} .*· current")

    def complete(self, word: str) -> None:
        self.wait_for(rf"{word} .*\[LS\]")  # by itself
        self.keys("C-y")
        self.wait_gone(r"\[LS\]")

    def act(self, title: str) -> None:
        self.keys("\\a")
        menu = self.wait_for(r"\d+\. Show the history")
        found = re.search(rf"(\d+)\. {title}", menu)
        assert found, menu
        # The menu is there a moment before it listens: it does once the mark has moved.
        self._mark(2)
        self._mark(int(found[1]))
        self.keys("Enter")
        self.wait_gone(r"\d+\. Show the history")

    def _mark(self, number: int) -> None:
        """Moves the mark of the menu to the entry of this number."""
        while (chosen := self._chosen()) != number:
            self.keys("j" if chosen < number else "k")
            end = time.monotonic() + KEY_SECONDS
            while self._chosen() == chosen and self._drawn(end):
                pass

    def _chosen(self) -> int:
        """The number of the entry with the mark, which has another background than its border."""
        coloured = self._tmux("capture-pane", "-p", "-e")
        marked = re.search(r"│\x1b\[[0-9;]*m *(\d+)\. ", coloured)
        return int(marked[1]) if marked else 1


async def test_coc(tmp_path: Path, shown: Callable[[str], None]) -> None:
    """One Vim for all: Node and coc.nvim take seconds to come."""
    async with scripted_model(tokens("Hello", " Ada"), silence("Half of ", "an answer")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "x", "OPENAI_MODEL": "scripted"}
        await asyncio.to_thread(journey, tmp_path, env, shown)


def journey(tmp_path: Path, env: dict[str, str], shown: Callable[[str], None]) -> None:
    prompt, path = PROMPT.format(12, "France"), f"{TOOLS}/node/bin:"
    with WithCoc(tmp_path / "work", prompt, env, path) as v:
        v.wait_for("v1 · current")
        check_typing(v, shown)
        check_versions(v, shown)

        v.act("▶ Run ")
        v.wait_for(r"^[0-9.]+ s · 2 tokens .*\bv2 of")
        assert v.versions()[2]["runs"] == 1
        shown("run")

        v.act("[0-9.]+ s · 2 tokens")
        v.wait_for("Hello Ada")
        shown("response")
        v.keys("C-^")
        v.wait_for(r"\bv2 of v2–v5 · current")
        v.act("Compare v2 with v5")
        v.wait_for("not run yet")
        shown("compare")
        v.keys("C-^")
        v.wait_for(r"\bv2 of v2–v5 · current")

        v.act("▶ Run ")
        v.wait_for(r"running… [1-9]\d* tokens")
        v.act("◼ Cancel")
        v.wait_for(r"^cancelled .*\bv2 of")
        shown("cancel")

        v.act("▶ Run ")
        v.wait_for(r"running… [1-9]\d* tokens")
        v.quit()
        assert v.path.read_text() == PROMPT.format(12, "Italy")
        assert v.versions()[2]["lastRun"]["status"] == "cancelled"
        shown("quit")
