"""Emacs as its user has it: a home of its own, the page's configuration, a workspace."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from editors.pages import PAGES, configurations
from editors.terminal import Terminal
from fourfold.llm import embedded_files
from lsp.support.start import isolated

HERE = Path(__file__).parent
PLUGIN = PAGES / "emacs"
HEAD = "---\nmodel:\n  options:\n    maxOutputTokens: 12\n---\nuser:\n"
LONG = HEAD.replace("12", "4000\n    temperature: 0") + "Write a long story about a dragon.\n"
ENDED_SECONDS = 30.0
PACKAGES = Path("/usr/share/emacs/site-lisp/elpa")


def need(*packages: str, tool: str = "emacs") -> None:
    """Skips the test where Emacs, `tool`, one of these packages, or the model is missing."""
    lacking = [name for name in ("emacs", tool) if not shutil.which(name)]
    lacking += [f"elpa-{name}" for name in packages if not list(PACKAGES.glob(f"{name}-[0-9]*"))]
    if lacking:
        pytest.skip(f"the tests in Emacs need {', '.join(lacking)}: run `make editors`")
    if embedded_files.find() is None:
        pytest.skip("the embedded model is not installed: run `make test`")


class Emacs:
    """An Emacs whose init file is block number `block` of the page.

    `repository` makes the workspace one: the clients look for their root there.
    """

    def __init__(self, tmp_path: Path, block: int, *, repository: bool = False) -> None:
        self.home, self.workspace = tmp_path / "home", tmp_path / "workspace"
        self.file = self.workspace / "prompts/capital.prompty"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(f"{HEAD}Name the capital of country 1.\n", encoding="utf-8")
        if repository:
            (self.workspace / ".git").mkdir()
        init = self.home / ".emacs.d/init.el"
        init.parent.mkdir(parents=True)
        init.write_text(configurations("emacs", "elisp")[block], encoding="utf-8")
        # Else Emacs would first compile all that it loads, for every new home again.
        early = "(setq native-comp-deferred-compilation nil inhibit-startup-screen t)\n"
        init.with_name("early-init.el").write_text(early, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """`EMACSLOADPATH` stands for the package being installed."""
        own = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "EMACSLOADPATH": f"{PLUGIN}:",
            "HEAD": HEAD,
            "LONG": LONG,
        }
        return isolated(self.home, own)

    def batch(self, script: str, client: str) -> list[str]:
        """Does what SCRIPT.el says, and returns the features that it has shown."""
        init = self.home / ".emacs.d"
        command = [
            *("emacs", "--batch", "-l", str(init / "early-init.el"), "-f", "package-initialize"),
            *("-L", str(HERE), "-l", str(init / "init.el")),
            *("-l", str(HERE / f"{script}.el"), str(self.file), client),
        ]
        done = subprocess.run(
            command,
            check=False,
            env=self.environment(),
            cwd=self.workspace,
            capture_output=True,
            encoding="utf-8",
            timeout=110,
        )
        assert done.returncode == 0, done.stderr[:4000] + done.stderr[-2000:]
        return re.findall("^shown: (.*)", done.stdout, re.MULTILINE)

    def terminal(self) -> Terminal:
        """The prompt's file in an Emacs with real keys."""
        return Terminal(["emacs", "-nw", str(self.file)], self.workspace, self.environment())

    def runs(self) -> list[tuple[str, str]]:
        """(status, response) of the runs, oldest first, as the database has them."""
        database = sqlite3.connect(self.workspace / ".fourfold/fourfold.db")
        try:
            return database.execute("SELECT status, response FROM runs ORDER BY place").fetchall()
        finally:
            database.close()

    def check_quit(self) -> None:
        """Emacs has ended during a run: nothing of it goes on, and nothing that came is lost."""
        self.gone()
        *_, (status, response) = self.runs()
        assert status == "cancelled"
        assert response

    def gone(self) -> None:
        """Fails unless everything that Emacs has started ends soon after it."""
        end = time.monotonic() + ENDED_SECONDS
        while left := list(filter(self._is_ours, Path("/proc").glob("[0-9]*"))):
            assert time.monotonic() < end, [(p / "cmdline").read_bytes() for p in left]
            time.sleep(0.02)

    def _is_ours(self, process: Path) -> bool:
        try:
            return f"HOME={self.home}\0".encode() in (process / "environ").read_bytes()
        except OSError:
            return False
