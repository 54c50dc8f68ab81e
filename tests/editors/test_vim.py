"""Fourfold in Vim with ALE, in a terminal with real keys, as `server/editors/vim.md` sets it up."""

from __future__ import annotations

import re
import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from editors.listing import listed
from editors.pages import configurations
from editors.terminal import LIMIT_SECONDS, Terminal
from fourfold.llm import embedded_files
from lsp.support.start import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EDITOR = "Vim 9 (ALE)"
BIN = Path(sys.executable).parent
PROMPT = "---\nmodel:\n  options:\n    maxOutputTokens: {}\n---\nuser:\nName the capital of {}.\n"
COUNTRIES = ("France", "Italy", "South Africa", "Oman", "Chile")
LONG = """---
model:
  options:
    maxOutputTokens: 4000
---
user:
Write a very long fairy tale about a dragon, with ten chapters.
"""
ENDED_SECONDS = 30.0

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("tmux") and Path("/usr/share/vim-ale").exists()),
        reason="the tests in Vim need vim-nox, vim-ale and tmux: run `make editors`",
    ),
    pytest.mark.skipif(embedded_files.find() is None, reason="the embedded model is not installed"),
    pytest.mark.timeout(300),
]


class Vim(Terminal):
    """Vim with the prompt `prompts/greet.md` of `workspace` open, and its history seen."""

    def __init__(self, workspace: Path, prompt: str) -> None:
        self.workspace, self.home = workspace, workspace.with_name("home")
        self.path = workspace / "prompts/greet.md"
        for path, text in {
            self.path: prompt,
            self.home / ".vimrc": "\n".join(configurations("vim", "vim")),
        }.items():
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        self.env = isolated(self.home, {"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8"})
        super().__init__(["vim", "prompts/greet.md"], workspace, self.env)
        self.wait_for("user:")

    def command(self, text: str) -> None:
        self.keys(f":{text}", "Enter")

    def history(self, current: str) -> str:
        """The table that the page's key shows, once it says that version `current` is current: ALE
        tells of a save a little later."""
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            self.keys("\\h")
            screen = self.wait_for("^greet: .* is current")
            self.command("pclose | echo")
            self.wait_gone("^greet: ")
            if f"\ngreet: {current} is current" in f"\n{screen}":
                return screen
            assert time.monotonic() < end, screen

    def menu(self) -> str:
        """ALE's code actions, which wait for a number."""
        self.keys("\\a")
        return self.wait_for("empty cancels")

    def act(self, title: str) -> None:
        """Takes the code action whose title begins so."""
        menu = self.menu()
        found = re.search(rf"^(\d+)\) {title}", menu, re.MULTILINE)
        assert found, menu
        self.keys(found[1], "Enter")

    def save(self, country: str) -> None:
        self.command(f"silent %s/of .*/of {country}./ | write")
        self.wait_for(f"of {country}")

    def state(self, *, shows: int, current: str, modified: bool) -> None:
        """Fails unless buffer, modified mark, file and list agree."""
        self.command("echo 'changed:' &modified '.'")
        screen = self.wait_for(r"^changed: (0|1) \.")
        assert f"changed: {modified:d} ." in screen
        assert f"of {COUNTRIES[shows - 1]}." in screen
        assert self.path.read_text() == PROMPT.format(12, current)
        listed_ = listed(self.workspace, self.env, "greet")
        assert COUNTRIES[listed_["current"] - 1] == current
        self.command("echo")

    def versions(self) -> dict[int, dict[str, object]]:
        """The versions that are kept, as the command line tells them."""
        told = listed(self.workspace, self.env, "greet")
        return {one["number"]: one for one in told["versions"]}

    def processes(self) -> list[str]:
        """The processes with this home: Vim, the language server, and whatever they started."""
        mine = f"\0HOME={self.home}\0".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mine in b"\0" + (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().decode().replace("\0", " "))
            except OSError:
                continue  # ended meanwhile
        return found


@contextmanager
def vim(tmp_path: Path, prompt: str) -> Iterator[Vim]:
    with Vim(tmp_path / "work", prompt) as opened:
        opened.history("v1")
        yield opened


def test_versions(tmp_path: Path, shown: Callable[[str], None]) -> None:
    with vim(tmp_path, PROMPT.format(12, "France")) as v:
        for country in COUNTRIES:
            v.save(country)
        table = v.history("v5")
        assert re.findall(r"^- (v\d) ", table, re.MULTILINE) == ["v5", "v4", "v3", "v2"]
        shown("history")
        shown("save")

        # Longer, shorter and as long as the last.
        for number, country in ((3, "South Africa"), (4, "Oman"), (2, "Italy")):
            v.act(f"Make v{number} current with the next save")
            v.wait_for(f"of {country}")
            v.state(shows=number, current="Chile", modified=True)
            v.keys("u")
            v.wait_for("of Chile")
            v.history("v5")
            v.state(shows=5, current="Chile", modified=False)
            v.act(f"Make v{number} current with the next save")
            v.wait_for(f"of {country}")
            v.command("write")
            v.history(f"v{number}")
            v.state(shows=number, current=country, modified=False)
            v.keys("u")
            v.wait_for("of Chile")
            v.state(shows=5, current=country, modified=True)
            v.command("write")
            v.history("v5")
            v.state(shows=5, current="Chile", modified=False)
        shown("switch")

        v.act("Undo the last change of versions")
        v.wait_for("of Italy")
        v.command("write")
        v.history("v2")
        v.state(shows=2, current="Italy", modified=False)
        assert not re.search(r"W1\d", v.screen())
        shown("undo")


def test_a_run(tmp_path: Path, shown: Callable[[str], None]) -> None:
    with vim(tmp_path, PROMPT.format(12, "France")) as v:
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
    with vim(tmp_path, LONG) as v:
        v.act("▶ Run$")
        v.wait_for("Running greet v1…")
        v.act("◼ Cancel")
        v.wait_for("greet v1: cancelled")
        shown("cancel")

        v.act("▶ Run$")
        v.wait_for("Running greet v1…")
        v.command("Fourfold showResponse")
        v.wait_for(r"\|\w.*\n.*\|\w")  # two lines of what streams into the window beside it
        v.command("qall!")
        v.wait_ended()
        end = time.monotonic() + ENDED_SECONDS
        while left := v.processes():
            assert time.monotonic() < end, left
            time.sleep(0.05)
        assert v.path.read_text() == LONG
        assert v.versions()[1]["lastRun"]["status"] == "cancelled"
        shown("quit")
