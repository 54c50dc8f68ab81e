"""A program in a real terminal: tmux, real keys, and what the screen shows."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LIMIT_SECONDS = 60.0
COLUMNS, LINES = 110, 30


class Terminal:
    """`command` in a terminal of its own, with `env` as its whole environment but for TERM.

    Its tmux server is private: nobody else's sessions are seen or ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        *,
        columns: int = COLUMNS,
        lines: int = LINES,
    ) -> None:
        # Not below the test's folder: a socket's path may have no more than 107 bytes.
        self._folder = tempfile.mkdtemp(prefix="tmux-")
        self._base = ["tmux", "-S", f"{self._folder}/socket", "-f", "/dev/null"]
        own = ["env", "-i", *(f"{name}={value}" for name, value in env.items())]
        size = ["-x", str(columns), "-y", str(lines)]
        term = "TERM=tmux-256color"
        self._tmux("new-session", "-d", *size, "-c", str(cwd), *own, term, *command)
        self.pid = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        # A second client, which is told of everything that is drawn.
        self._news = subprocess.Popen(
            [*self._base, "-C", "attach-session"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def keys(self, *keys: str) -> None:
        """Presses keys, named as tmux names them: `Escape`, `C-c`, `M-x`; else typed as text."""
        self._tmux("send-keys", "--", *keys)

    def screen(self) -> str:
        """What the screen shows, line by line."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, pattern: str, seconds: float = LIMIT_SECONDS) -> str:
        """The screen, as soon as the regular expression is found on it; `^` is a line's start."""
        return self._wait(pattern, True, seconds)

    def wait_gone(self, pattern: str, seconds: float = LIMIT_SECONDS) -> str:
        """The screen, as soon as the regular expression is found on it no more."""
        return self._wait(pattern, False, seconds)

    def wait_ended(self, seconds: float = LIMIT_SECONDS) -> None:
        """Waits for the program to end by itself."""
        end = time.monotonic() + seconds
        while self._drawn(end):
            pass
        assert self._news.poll() is not None, f"it goes on after {seconds} s:\n{self.screen()}"

    def close(self) -> None:
        """Ends the program, if it still runs, as the closed window of a terminal does."""
        subprocess.run([*self._base, "kill-server"], check=False, stderr=subprocess.DEVNULL)
        self._news.kill()
        self._news.communicate()
        shutil.rmtree(self._folder)

    def _wait(self, pattern: str, wanted: bool, seconds: float) -> str:
        end = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if bool(re.search(pattern, screen, re.MULTILINE)) is wanted:
                return screen
            still = "never appeared on" if wanted else "never left"
            assert self._drawn(end), f"{pattern!r} {still} the screen:\n{screen}"

    def _drawn(self, end: float) -> bool:
        """Waits until something has been drawn; False when the time or the program is over."""
        assert self._news.stdout is not None
        news = self._news.stdout.fileno()
        ready, _, _ = select.select([news], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        if os.read(news, 65536):
            return True
        self._news.wait()
        return False

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._base, *arguments], check=True, capture_output=True, encoding="utf-8"
        )
        return done.stdout
