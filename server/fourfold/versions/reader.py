"""The one way in which a prompt's text comes from disk: once whoever writes it is done.

Many programs empty a file before they write to it, or write in pieces. So a text that nobody knows
yet counts once its file has been left alone for a while.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from fourfold.versions.prompt_files import UnreadablePromptError, read_prompt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEFT_ALONE_SECONDS = 0.2
"""How long nobody may have written to a file before its text counts."""

PATIENCE_SECONDS = 2.0
"""How long a command waits for a file to be left alone."""


class Sight(NamedTuple):
    """What changes when somebody writes to a file, and since when (monotonic, in seconds) it has
    been so."""

    signature: tuple[int, int, int]
    since: float


class UnsettledPromptError(UnreadablePromptError):
    """Somebody is writing to the file, of which this was the last `sight`."""

    def __init__(self, message: str, sight: Sight | None = None) -> None:
        super().__init__(message)
        self.sight = sight


def read_settled(
    path: Path,
    folder: Path,
    is_known: Callable[[str], bool],
    *,
    patience: float = PATIENCE_SECONDS,
    sight: Sight | None = None,
) -> str:
    """The text of the prompt file at `path`, as `read_prompt` reads it and raises.

    A text that `is_known`, or whose file nobody has written to for LEFT_ALONE_SECONDS, is there at
    once. Any other is waited for as long as `patience` says, in seconds; UnsettledPromptError where
    that was not long enough. `sight` is that of the last such error, for who comes back.
    """
    give_up = time.monotonic() + patience
    while True:
        before = _signature(path)
        text = read_prompt(path, folder)
        if is_known(text):
            return text
        wait = _unquiet_for(before)
        now = time.monotonic()
        if before is None or sight is None or sight.signature != before:
            sight = Sight(before, now) if before is not None else None
        elif now - sight.since >= LEFT_ALONE_SECONDS:
            wait = 0.0
        if before is not None and before == _signature(path) and wait <= 0:
            return text
        wait = wait if 0 < wait < LEFT_ALONE_SECONDS else LEFT_ALONE_SECONDS
        if time.monotonic() + wait > give_up:
            raise UnsettledPromptError(
                f"{path.name} is being written by another program, so its text was left alone; try "
                "again when that is done.",
                sight,
            )
        time.sleep(wait)


def _signature(path: Path) -> tuple[int, int, int] | None:
    """What changes when somebody writes to the file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _unquiet_for(signature: tuple[int, int, int] | None) -> float:
    """How many seconds are left until the file has been left alone for long enough.

    A time in the future, as after the clock was put back, tells nothing: such a file has to be seen
    twice as it is.
    """
    if signature is None:
        return LEFT_ALONE_SECONDS
    age = time.time() - signature[0] / 1e9
    return LEFT_ALONE_SECONDS if age < 0 else LEFT_ALONE_SECONDS - age
