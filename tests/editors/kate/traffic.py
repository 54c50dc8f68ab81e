"""What an editor and the language server say to each other, as `tap.py` tells it."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

TAP = Path(__file__).with_name("tap.py")
BIN = Path(sys.executable).parent
LIMIT_SECONDS = 60.0

Found = TypeVar("Found")


class Traffic:
    """`folder` gets a `fourfold` that is tapped."""

    def __init__(self, folder: Path) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self._more = threading.Condition()
        folder.mkdir(parents=True)
        pipe, command = folder / "traffic", folder / "fourfold"
        os.mkfifo(pipe)
        command.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" "{TAP}" "{pipe}" "{BIN}/fourfold" "$@"\n'
        )
        command.chmod(0o755)
        self._pipe = os.open(pipe, os.O_RDWR)  # for writing too, so that it does not end by itself
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        with os.fdopen(self._pipe, "rb") as lines:
            for line in iter(lines.readline, b"\n"):
                with self._more:
                    self.messages.append((chr(line[0]), json.loads(line[1:])))
                    self._more.notify_all()

    def close(self) -> None:
        os.write(self._pipe, b"\n")
        self._thread.join()

    def wait(
        self, look: Callable[[], Found | None], what: str, seconds: float = LIMIT_SECONDS
    ) -> Found:
        """What `look` finds, as soon as that is something; it looks at each message that comes."""
        with self._more:
            self._more.wait_for(lambda: look() is not None, seconds)
            found = look()
            told = "\n".join(f"{way}{json.dumps(one)[:300]}" for way, one in self.messages[-12:])
            assert found is not None, f"{what} never came\n{told}"
            return found

    def told(self, method: str, after: int = 0) -> list[Any]:
        """The `params` of the server's messages `method` since the message number `after`."""
        return self._all("<", method, after)

    def said(self, method: str, after: int = 0) -> list[Any]:
        """The `params` of what the editor has asked or told."""
        return self._all(">", method, after)

    def answer(self, method: str, after: int) -> Any | None:
        """The answer to the first request `method` of the editor since then, if it has come."""
        asked = [
            m["id"] for w, m in self.messages[after:] if w == ">" and m.get("method") == method
        ]
        for way, message in self.messages[after:]:
            if way == "<" and asked and message.get("id") == asked[0] and "method" not in message:
                return message.get("result")
        return None

    def _all(self, way: str, method: str, after: int) -> list[Any]:
        return [
            one.get("params")
            for w, one in self.messages[after:]
            if w == way and one.get("method") == method
        ]
