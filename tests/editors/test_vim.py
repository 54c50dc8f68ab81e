"""Fourfold in Vim with ALE, in a terminal with real keys, as `server/editors/vim.md` sets it up."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from editors.terminal import LIMIT_SECONDS
from editors.vim import PROMPT, Vim, check_typing, check_versions, needs
from fourfold.llm import embedded_files

if TYPE_CHECKING:
    from collections.abc import Callable

EDITOR = "Vim 9 (ALE)"
LONG = """---
model:
  options:
    maxOutputTokens: 4000
---
user:
Write a very long fairy tale about a dragon, with ten chapters.
"""

pytestmark = [
    needs("vim-ale", Path("/usr/share/vim-ale")),
    pytest.mark.skipif(embedded_files.find() is None, reason="the embedded model is not installed"),
    pytest.mark.timeout(300),
]


class WithAle(Vim):
    """ALE tells of a save a little later; its menu waits for a number."""

    page = "vim"

    def history(self, current: str) -> str:
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            self.keys("\\h")
            screen = self.wait_for("^greet: .* is current")
            self.command("pclose | echo")
            self.wait_gone("^greet: ")
            if f"\ngreet: {current} is current" in f"\n{screen}":
                return screen
            assert time.monotonic() < end, screen
            if f"this is {current}, save to make it current" in screen:
                self.command("write")  # as the page says: ALE may have told of no save

    def act(self, title: str) -> None:
        self.keys("\\a")
        menu = self.wait_for("empty cancels")
        found = re.search(rf"^(\d+)\) {title}", menu, re.MULTILINE)
        assert found, menu
        self.keys(found[1], "Enter")


def test_versions(tmp_path: Path, shown: Callable[[str], None]) -> None:
    with WithAle(tmp_path / "work", PROMPT.format(12, "France")) as v:
        v.history("v1")
        check_typing(v, shown)
        check_versions(v, shown)


def test_a_run(tmp_path: Path, shown: Callable[[str], None]) -> None:
    with WithAle(tmp_path / "work", PROMPT.format(12, "France")) as v:
        v.history("v1")
        v.save("Italy")
        v.history("v2")
        v.act("▶ Run$")
        v.wait_for(r"Running greet v2…")
        v.wait_for(r"greet v2: [0-9.]+ s · .* tokens")
        assert v.versions()[2]["runs"] == 1
        shown("run")

        v.command("Fourfold showResponse")
        v.wait_for(r"greet\.v2\.md \[RO\]")
        (document,) = v.workspace.glob(".fourfold/view/response/greet.v2.md")
        words = document.read_text().split()
        assert words[0] in v.screen()
        assert "no response" not in " ".join(words)
        shown("response")

        v.command("only")
        v.command("edit prompts/greet.md")
        v.command("Fourfold compareVersions 1 2")
        screen = v.wait_for("v1 of greet against v2")
        assert "not run yet" in screen
        shown("compare")


def test_cancelling_and_quitting(tmp_path: Path, shown: Callable[[str], None]) -> None:
    with WithAle(tmp_path / "work", LONG) as v:
        v.history("v1")
        v.act("▶ Run$")
        v.wait_for("Running greet v1…")
        v.act("◼ Cancel")
        v.wait_for("greet v1: cancelled")
        shown("cancel")

        v.act("▶ Run$")
        v.wait_for("Running greet v1…")
        v.command("Fourfold showResponse")
        v.wait_for(r"\|\w.*\n.*\|\w")  # two lines of what streams into the window beside it
        v.quit()
        assert v.path.read_text() == LONG
        assert v.versions()[1]["lastRun"]["status"] == "cancelled"
        shown("quit")
