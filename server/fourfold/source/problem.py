"""What is wrong in a prompt file, and exactly where."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: 0-based line, and code points from the line's start."""

    line: int
    character: int


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """From `start` up to, and without, `end`."""

    start: Position
    end: Position


START = Range(Position(0, 0), Position(0, 0))
"""Where a problem stands that is one of the whole file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. An `error` means that the prompt cannot be run until it is repaired.

    `code` names the rule; `subject` is the input it is about, where there is one.
    """

    range: Range
    message: str
    severity: Severity
    code: str
    subject: str | None = None


class LineIndex:
    """Turns offsets into a text to positions. Lines end as LSP says: CRLF, LF or a lone CR."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None

    def position(self, offset: int) -> Position:
        """The position of the character at `offset`, which is clamped to the text."""
        if self._starts is None:
            self._starts = _line_starts(self._text)
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        return Position(line, offset - self._starts[line])

    def range(self, start: int, end: int) -> Range:
        """The range between two offsets."""
        return Range(self.position(start), self.position(max(start, end)))


def _line_starts(text: str) -> list[int]:
    starts = [0]
    offset = 0
    for line in text.splitlines(keepends=True):
        offset += len(line)
        # splitlines also breaks at characters that LSP does not count as line ends
        if line.endswith(("\n", "\r")):
            starts.append(offset)
    return starts
