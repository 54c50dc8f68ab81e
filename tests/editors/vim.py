"""Vim in a terminal with real keys, with one of its language clients as that client's page sets it
up, and what a user of any of them does with versions."""

from __future__ import annotations

import re
import shutil
import sys
import time
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from editors.listing import listed
from editors.pages import configurations
from editors.terminal import LIMIT_SECONDS, Terminal
from lsp.support.start import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BIN = Path(sys.executable).parent
PROMPT = "---\nmodel:\n  options:\n    maxOutputTokens: {}\n---\nuser:\nName the capital of {}.\n"
COUNTRIES = ("France", "Italy", "South Africa", "Oman", "Chile")
ENDED_SECONDS = 30.0
ECHO_SECONDS = 3.0


def needs(client: str, place: Path) -> pytest.MarkDecorator:
    """Skips tests where Vim, tmux or the language client, which is at `place`, is missing."""
    return pytest.mark.skipif(
        not (shutil.which("tmux") and shutil.which("vim") and place.exists()),
        reason=f"the tests in Vim need vim-nox, tmux and {client}: run `make editors`",
    )


class Vim(Terminal):
    """Vim with the prompt `prompts/greet.md` of `workspace` open.

    `page` has the configuration. `plugin` is the client's folder, where Vim would not find it by
    itself.
    """

    page: str
    plugin: Path | None = None

    def __init__(
        self, workspace: Path, prompt: str, env: Mapping[str, str] | None = None, path: str = ""
    ) -> None:
        self.workspace, self.home = workspace, workspace.with_name("home")
        self.path = workspace / "prompts/greet.md"
        for file, text in {
            self.path: prompt,
            self.home / ".vim/vimrc": "\n".join(configurations(self.page, "vim")),
        }.items():
            file.parent.mkdir(parents=True)
            file.write_text(text, encoding="utf-8")
        for text in configurations(self.page, "json"):
            (self.home / ".vim/coc-settings.json").write_text(text, encoding="utf-8")
        if self.plugin is not None:
            packages = self.home / ".vim/pack/any/start"
            packages.mkdir(parents=True)
            (packages / self.plugin.name).symlink_to(self.plugin)
        where = f"{BIN}:{path}/usr/bin:/bin"
        self.env = isolated(self.home, {"PATH": where, "LANG": "C.UTF-8", **(env or {})})
        super().__init__(["vim", "prompts/greet.md"], workspace, self.env)
        self.wait_for("user:")

    @abstractmethod
    def history(self, current: str) -> str:
        """What the page's key shows, once it says that version `current` is current."""

    @abstractmethod
    def act(self, title: str) -> None:
        """Takes the code action whose title begins so."""

    def complete(self, word: str) -> None:
        """Has what stands before the cursor completed to a word that is the first of several."""
        self.keys("C-x", "C-o")
        self.wait_for(rf"^.*{word}.*\n.*{word}:? ")
        self.keys("C-y")

    def command(self, text: str) -> None:
        self.keys(f":{text}", "Enter")

    def save(self, country: str) -> None:
        self.command(f"silent %s/of .*/of {country}./ | write")
        self.wait_for(f"of {country}")

    def state(self, *, shows: int, current: str, modified: bool) -> None:
        """Fails unless buffer, modified mark, file and list agree."""
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            self.command("echo 'changed:' &modified '.'")
            try:
                screen = self.wait_for(r"^changed: (0|1) \.", ECHO_SECONDS)
            except AssertionError:  # a client that draws anew has wiped it away
                assert time.monotonic() < end, self.screen()
            else:
                break
        assert f"changed: {modified:d} ." in screen
        assert f"of {COUNTRIES[shows - 1]}." in screen
        assert self.path.read_text() == PROMPT.format(12, current)
        current_number = listed(self.workspace, self.env, "greet")["current"]
        assert COUNTRIES[current_number - 1] == current
        self.command("echo")

    def versions(self) -> dict[int, dict[str, Any]]:
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

    def quit(self) -> None:
        """`:qall!`; everything that Vim has started ends with it."""
        self.command("qall!")
        self.wait_ended()
        end = time.monotonic() + ENDED_SECONDS
        while left := self.processes():
            assert time.monotonic() < end, left
            time.sleep(0.05)


def check_versions(v: Vim, shown: Callable[[str], None]) -> None:
    """Five saves; then older versions, made current and taken back, before and after the save."""
    v.history("v1")
    for country in COUNTRIES:
        v.save(country)
    listing = v.history("v5")
    assert re.findall(r"[-*•] (v\d) ", listing) == ["v5", "v4", "v3", "v2"]
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


def check_typing(v: Vim, shown: Callable[[str], None]) -> None:
    """A key and an input are completed, what is wrong is told; then nothing has been typed."""
    v.keys("4Go", "    t")
    v.complete("temperature")
    v.keys("hot", "Escape")
    v.wait_for("^    temperature: hot")
    v.wait_for("temperature must be a number")
    v.keys("S", "    temperature: 0", "Escape")
    v.wait_gone("temperature must be a number")
    shown("mistakes")
    v.keys("Go", "{{tone}}, {{topic}}, {{to")
    v.complete("tone")
    v.keys("}} too", "Escape")
    v.wait_for(r"\{\{topic\}\}, \{\{tone\}\} too")
    shown("completion")
    v.command("undo 0")
    v.wait_gone("tone")
