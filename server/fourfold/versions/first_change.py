"""What a version changed, in a few words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.text.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LENGTH = 60
"""The most characters that are said of a change."""

_COMPARED = 4_000
"""Of a longer change only so many characters are compared word by word."""

_MARKS = len('+ ""')

_BESIDE = 30
"""An option that takes more room is not said beside words."""

_OPTION = re.compile(
    r"\s*(temperature|top_?[pk]|min_?p|seed|(?:frequency|presence)_?penalty|model|id"
    r"|max_?(?:output_?|completion_?)?tokens)\s*:\s*(\S.*?)\s*",
    re.IGNORECASE,
)
"""A line that sets an option of the model, in any format that has a front matter."""


def first_change(places: Iterable[tuple[list[str], list[str]]]) -> str | None:
    """Of the `changed_lines` of two texts the first words that have come, as `+ "…"`, or the first
    that are gone, as `- "…"`, and the first option of the model that is another, as
    `temperature: 0.2 → 0.7`, in at most LENGTH characters; None where no word differs."""
    words, options = "", ""
    for before, after in places:
        options = options or ", ".join(_options(before, after))
        words = words or _first_words(before, after)
    if not words:
        return _cut(options, LENGTH) or None
    if not 0 < len(options) <= _BESIDE:
        return _quoted(words, LENGTH)
    beside = f" · {options}"
    return f"{_quoted(words, LENGTH - len(beside))}{beside}"


def _first_words(before: list[str], after: list[str]) -> str:
    """`+first words`; empty where none but options differ."""
    gone, come = _words(before), _words(after)
    for part in differences(gone, come):
        if part.new_start < part.new_end:
            return "+" + " ".join(come[part.new_start : part.new_end])
        return "-" + " ".join(gone[part.old_start : part.old_end])
    return ""


def _words(lines: list[str]) -> list[str]:
    text = "\n".join(line for line in lines if not _OPTION.fullmatch(line))
    return text[:_COMPARED].split()


def _options(before: list[str], after: list[str]) -> Iterator[str]:
    gone, come = _set(before), _set(after)
    for name, value in come.items():
        if name not in gone:
            yield f"{name}: {value}"
        elif gone[name] != value:
            yield f"{name}: {gone[name]} → {value}"
    yield from (f"no {name}" for name in gone.keys() - come.keys())


def _set(lines: list[str]) -> dict[str, str]:
    return {found[1]: found[2] for line in lines if (found := _OPTION.fullmatch(line))}


def _quoted(words: str, room: int) -> str:
    sign, text = words[0], words[1:]
    return f'{sign} "{_cut(text, room - _MARKS)}"'


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
