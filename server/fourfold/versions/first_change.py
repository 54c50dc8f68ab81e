"""What a version changed, in a few words."""

from __future__ import annotations

import re

from fourfold.text_diff import blocks, split_lines

LENGTH = 60
"""The most characters that are said of a change."""

_COMPARED = 4_000
"""Of a longer change only so many characters are compared word by word."""


def first_change(old: str, new: str) -> str | None:
    """The first words of `new` that are not in `old`, as `+ "…"`, or the first of `old` that are
    gone, as `- "…"`, in at most LENGTH characters; None where no word differs."""
    before, after = split_lines(old), split_lines(new)
    for block in blocks(before, after):
        if block.equal:
            continue
        gone = _words("".join(before[block.old_start : block.old_end]))
        come = _words("".join(after[block.new_start : block.new_end]))
        for part in blocks(gone, come):
            if part.equal:
                continue
            if part.new_start < part.new_end:
                return _said("+", come[part.new_start : part.new_end])
            return _said("-", gone[part.old_start : part.old_end])
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"\S+", text[:_COMPARED])


def _said(sign: str, words: list[str]) -> str:
    text = " ".join(words)
    room = LENGTH - len(f'{sign} ""')
    return f'{sign} "{text if len(text) <= room else text[: room - 1].rstrip() + "…"}"'
