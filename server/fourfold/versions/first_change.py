"""What a version changed, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.text.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTH = 60
"""The most characters that are said of a change."""

_COMPARED = 4_000
"""Of a longer change only so many characters are compared word by word."""


def first_change(places: Iterable[tuple[list[str], list[str]]]) -> str | None:
    """Of the `changed_lines` of two texts the first words that have come, as `+ "…"`, or the first
    that are gone, as `- "…"`, in at most LENGTH characters; None where no word differs."""
    for before, after in places:
        gone, come = _words(before), _words(after)
        for part in differences(gone, come):
            if part.new_start < part.new_end:
                return _said("+", come[part.new_start : part.new_end])
            return _said("-", gone[part.old_start : part.old_end])
    return None


def _words(lines: list[str]) -> list[str]:
    return "\n".join(lines)[:_COMPARED].split()


def _said(sign: str, words: list[str]) -> str:
    text = " ".join(words)
    room = LENGTH - len(f'{sign} ""')
    return f'{sign} "{text if len(text) <= room else text[: room - 1].rstrip() + "…"}"'
