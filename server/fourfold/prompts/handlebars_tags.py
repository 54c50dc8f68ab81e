"""The tags of a Handlebars text, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no template; offsets into it."""

    message: str
    start: int
    end: int
    code: str = "handlebars-syntax"


class BrokenError(Exception):
    """A text that cannot be read further."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.fault = Fault(f"The template cannot be read: {message}.", start, end)


def tags_of(source: str) -> Iterator[tuple[int, int, str, int]]:
    """Each tag's offsets, what is in it, and the offset of that; comments and raw texts are
    passed over."""
    position = 0
    absent: set[str] = set()
    while (start := source.find("{{", position)) >= 0:
        slashes = 0
        while slashes < 2 and start - slashes > position and source[start - slashes - 1] == "\\":  # noqa: PLR2004
            slashes += 1
        if slashes == 1:
            position = start + 2
            continue
        opening, closings = _delimiters(source, start)
        end, closing = -1, closings[0]
        for one in closings:
            if one in absent:
                continue
            # no further than the one before has its end
            nearer = source.find(one, opening, end if end >= 0 else len(source))
            if nearer >= 0:
                end, closing = nearer, one
            elif end < 0:
                absent.add(one)
        if end < 0:
            line_end = source.find("\n", start)
            end = line_end if line_end >= 0 else len(source)
            raise BrokenError(f"a tag has no end, so write {closing}", start, end)
        position = end + len(closing)
        if source.startswith("{{{{", start):
            close = source.find(f"{{{{{{{{/{source[opening:end].strip()}}}}}}}}}", position)
            if close < 0:
                raise BrokenError("a raw block has no end", start, position)
            position = source.find("}}}}", close) + 4
        else:
            yield start, position, source[opening:end].removesuffix("~"), opening


def _delimiters(source: str, start: int) -> tuple[int, tuple[str, ...]]:
    """Where the inside of the tag at `start` begins, and what can end it."""
    if source.startswith("{{{{", start):
        return start + 4, ("}}}}",)
    opening = start + 3 if source.startswith("~", start + 2) else start + 2
    if source.startswith("!--", opening):
        return opening, ("--}}", "--~}}")
    if source.startswith("{", opening):
        return opening + 1, ("}}}", "}~}}")
    return opening, ("}}",)
