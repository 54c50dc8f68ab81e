"""Positions and edits, written from the specification and not from the server's code."""

from __future__ import annotations

import re
from typing import Any

from lsprotocol import types

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNITS = {
    "utf-8": lambda char: len(char.encode("utf-8", "surrogatepass")),
    "utf-16": lambda char: 2 if char > "\uffff" else 1,
    "utf-32": lambda char: 1,
}


class OutsideError(AssertionError):
    """A position that the text does not have."""


def _lines(text: str) -> list[tuple[int, int]]:
    """Start and end (before the line break) of every line."""
    lines, start = [], 0
    for end in _LINE_END.finditer(text):
        lines.append((start, end.start()))
        start = end.end()
    return [*lines, (start, len(text))]


def offset_of(text: str, position: types.Position, encoding: str) -> int:
    """The index into `text`; OutsideError when it has no such position."""
    lines = _lines(text)
    if position.line >= len(lines):
        raise OutsideError(f"line {position.line} of a document with {len(lines)} lines")
    start, end = lines[position.line]
    units, width = 0, _UNITS[encoding]
    for index in range(start, end + 1):
        if units == position.character:
            return index
        if index == end or units > position.character:
            break
        units += width(text[index])
    where = f"{position.line}:{position.character}"
    raise OutsideError(
        f"{where} ({encoding}) in a line of {sum(map(width, text[start:end]))} units"
    )


def position_of(text: str, offset: int, encoding: str) -> types.Position:
    """The position of an index into `text`."""
    line = max(n for n, (start, _) in enumerate(_lines(text)) if start <= offset)
    start = _lines(text)[line][0]
    return types.Position(line, sum(map(_UNITS[encoding], text[start:offset])))


def apply_edits(text: str, edits: list[Any], encoding: str) -> str:
    """`text` after edits whose ranges all mean the text before; they must not overlap."""
    spans = [
        (
            offset_of(text, edit.range.start, encoding),
            offset_of(text, edit.range.end, encoding),
            n,
            edit.new_text,
        )
        for n, edit in enumerate(edits)
    ]
    spans.sort(key=lambda span: span[:3])
    result, at = [], 0
    for start, end, _, new in spans:
        if start < at or end < start:
            raise AssertionError("edits overlap or run backwards")
        result += [text[at:start], new]
        at = end
    return "".join([*result, text[at:]])


def smallest_change(old: str, new: str, encoding: str) -> types.TextDocumentContentChangePartial:
    """The one change that turns `old` into `new`, as an editor would send it for typing."""
    limit = min(len(old), len(new))
    head = next((n for n in range(limit) if old[n] != new[n]), limit)
    while head and old[head - 1] == "\r":
        head -= 1
    tail = 0
    while tail < limit - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    while tail and (old[len(old) - tail] == "\n" or new[len(new) - tail] == "\n"):
        tail -= 1
    end = len(old) - tail
    span = types.Range(position_of(old, head, encoding), position_of(old, end, encoding))
    return types.TextDocumentContentChangePartial(text=new[head : len(new) - tail], range=span)
