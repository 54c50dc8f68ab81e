"""A real Kate on a screen of its own, with real keys."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from editors.kate.screen import red_pixels
from editors.kate.traffic import LIMIT_SECONDS, Traffic
from editors.pages import configurations
from lsp.support.start import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SETTINGS = """\
[Kate Plugins]
lspclientplugin=true

[General]
Show welcome view for new window=false
"""
"""What the page has one tick."""
SCREEN = ("-screen", "0", "1400x900x24", "-nolisten", "tcp", "-noreset")
SECOND_LINE = (80, 134)
"""Where it is on the screen."""
TEXT_AREA = (range(85, 700), range(110, 300))
"""Where it is on the screen."""
LEAST_RED = 10
HINT_POLLS = 40
"""After so many looks for what the mouse shows, it is moved again."""
_HEIGHT = re.compile(r"HEIGHT=(\d+)")
MOST_UNDONE = 40
LINE_PIXELS = 12
"""No entry of a menu is lower than that."""


class Kate:
    """Kate with `file` open, which it has told the language server of."""

    def __init__(self, home: Path, file: Path, env: Mapping[str, str]) -> None:
        config, runtime = home / ".config", home / "run"
        for path, text in {
            config / "katerc": SETTINGS,
            config / "kate/lspclient/settings.json": configurations("kate", "json")[0],
        }.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        runtime.mkdir(mode=0o700)
        self.file, self._tapped = file, home / "tapped"
        self._pictures = runtime
        own = {
            "PATH": f"{self._tapped}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "xcb",
        }
        self.env = isolated(home, {**env, **own})

    def __enter__(self) -> Self:
        self.traffic = Traffic(self._tapped)
        read, write = os.pipe()
        # Without -noreset a client that leaves before the next comes has it begin anew.
        kept = ["-fbdir", str(self._pictures)]
        screen = ["Xvfb", "-displayfd", str(write), *kept, *SCREEN]
        self._screen = subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            self.env["DISPLAY"] = f":{number.readline().strip()}"
        self.process = subprocess.Popen(
            ["dbus-run-session", "--", "kate", "-n", str(self.file)],
            cwd=self.file.parent,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.poll(self._asked, "the question")
            self.keys("Return")
            self.until("textDocument/didOpen")
            self.poll(lambda: self._focus(self.file.name), "Kate's window")
            self.park()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends Kate, if it still runs, with all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._screen.terminate()
        self._screen.wait()
        self.traffic.close()

    def keys(self, *keys: str) -> None:
        """Presses keys, as X names them: `ctrl+s`, `Down`."""
        self._tool("key", "--clearmodifiers", "--delay", "4", *keys)

    def type(self, text: str) -> None:
        self._tool("type", "--delay", "4", text)

    def until(self, said: str, after: int = 0) -> Any:
        """What Kate has said, as soon as it has."""
        return self.traffic.wait(lambda: next(iter(self.traffic.said(said, after)), None), said)

    def buffer(self) -> str:
        """The text that Kate has told last."""
        opened = self.traffic.said("textDocument/didOpen")[0]["textDocument"]["text"]
        changes = self.traffic.said("textDocument/didChange")
        return str(changes[-1]["contentChanges"][-1]["text"] if changes else opened)

    def wait_for(self, text: str) -> None:
        """Waits for the buffer to have a text."""
        self.traffic.wait(lambda: self.buffer() == text or None, f"the text {text!r}")

    def save(self) -> None:
        after = len(self.traffic.messages)
        self.keys("ctrl+s")
        self.until("textDocument/didSave", after)

    def complete(self, word: str) -> None:
        """Has what stands before the cursor completed to a word that Kate selects first."""
        after = len(self.traffic.messages)
        self.keys("ctrl+space")
        offered = self.traffic.wait(
            lambda: self.traffic.answer("textDocument/completion", after), "what can be typed"
        )
        assert word in [one["label"] for one in offered]
        self.poll(self._tallest_menu, "a list of what can be typed")
        self.keys("Return")
        self._closed()

    def underlines(self) -> bool:
        """Whether there is a red line below some word."""
        return red_pixels(self._pictures, *TEXT_AREA) > LEAST_RED

    def take_back(self) -> None:
        """Undoes all that has been typed."""
        self.keys(*["ctrl+z"] * MOST_UNDONE)

    def menu(self) -> list[str]:
        """Opens the menu of code actions; its entries, in their order."""
        after = len(self.traffic.messages)
        self.keys("alt+Return")
        actions = self.traffic.wait(
            lambda: self.traffic.answer("textDocument/codeAction", after), "the code actions"
        )
        titles = [action["title"] for action in actions]
        self.poll(lambda: self._tallest_menu() > LINE_PIXELS * len(titles), f"a menu of {titles}")
        return titles

    def titles(self) -> list[str]:
        """What the menu has."""
        titles = self.menu()
        self.keys("Escape")
        self._closed()
        return titles

    def act(self, title: str) -> None:
        """Takes the entry of the menu whose title matches."""
        titles = self.menu()
        places = [n for n, one in enumerate(titles, 1) if re.match(title, one)]
        assert places, titles
        self.keys(*["Down"] * places[0], "Return")
        self._closed()

    def quit(self) -> None:
        self.keys("ctrl+q")
        self.process.wait(LIMIT_SECONDS)

    def park(self) -> None:
        """Puts the mouse where nothing is."""
        self._tool("mousemove", "1399", "899")

    def hover(self) -> str:
        """What Kate has been told about the second line, once the mouse rests there."""
        after, polls = len(self.traffic.messages), itertools.count()

        def told() -> Any:
            moves, since = divmod(next(polls), HINT_POLLS)
            if since == 0:  # Kate looks where a mouse rests that has moved within the text
                self._tool("mousemove", str(SECOND_LINE[0] + moves), str(SECOND_LINE[1]))
            return self.traffic.answer("textDocument/hover", after)

        self.poll(told, "what the mouse shows")
        self.park()
        return str(self.traffic.answer("textDocument/hover", after)["contents"]["value"])

    def _asked(self) -> bool:
        """Whether Kate asks if it may start the language server."""
        return self._focus("LSP server start requested")

    def _focus(self, title: str) -> bool:
        """Gives a window the keyboard, if it is there."""
        window = self._tool("search", "--onlyvisible", "--name", title).strip()
        self._tool("windowfocus", *window.split()[:1])
        return self._tool("getwindowfocus").strip() == window != ""

    def _closed(self) -> None:
        self.poll(lambda: not self._tallest_menu(), "the end of the menu")

    def _tallest_menu(self) -> int:
        """The height of what stands above Kate's window, in pixels; 0 where nothing does."""
        windows = self._tool("search", "--onlyvisible", "--class", "kate").split()
        focused = self._tool("getwindowfocus").strip()
        sizes = [
            self._tool("getwindowgeometry", "--shell", window)
            for window in windows
            if window != focused
        ]
        return max((int(size) for one in sizes for size in _HEIGHT.findall(one)), default=0)

    def poll(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        while not condition():
            assert time.monotonic() < end, f"never so: {what}"
            time.sleep(0.02)

    def _tool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.env,
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT_SECONDS,
        )
        return done.stdout
