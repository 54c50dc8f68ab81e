"""The difference of two texts line by line, with the changed words of a changed line marked."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fourfold.text.differences import blocks, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+|[^\w\s]")
_SHARED_AT_LEAST = 0.4
"""The share of their letters that two lines have in common to count as one line that changed."""

_LONGEST_BLOCK = 1_000_000
"""The most characters of a block whose words are compared: more would take seconds."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a line, which the other line has or has not."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the old text, of the new one, or of both; the segments include its LF.

    `old` is None for an added line, `new` for a removed one. Only a changed line has changed
    segments.
    """

    kind: Literal["same", "added", "removed", "changed"]
    old: tuple[Segment, ...] | None
    new: tuple[Segment, ...] | None


def diff_lines(old: str, new: str) -> list[DiffLine]:
    """What turns `old` into `new`: the old segments joined give `old`, the new ones `new`."""
    old_lines, new_lines = split_lines(old), split_lines(new)
    lines: list[DiffLine] = []
    for block in blocks(old_lines, new_lines):
        left = old_lines[block.old_start : block.old_end]
        right = new_lines[block.new_start : block.new_end]
        if block.equal:
            for line in left:
                segments = (Segment(line, changed=False),)
                lines.append(DiffLine("same", segments, segments))
        else:
            lines.extend(_changed_block(left, right))
    return lines


def _changed_block(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    old_at = new_at = 0
    for left, right in [*_pairs(old, new), (len(old), len(new))]:
        for line in old[old_at:left]:
            yield DiffLine("removed", (Segment(line, changed=False),), None)
        for line in new[new_at:right]:
            yield DiffLine("added", None, (Segment(line, changed=False),))
        if left < len(old):
            yield DiffLine("changed", *_changed_words(old[left], new[right]))
        old_at, new_at = left + 1, right + 1


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which old line became which new one, in order.

    One alignment of all words of the block says how many letters any two lines share, so the
    time does not grow with every possible pair of lines. The alignment runs in order, hence so do
    pairs of which each line is the other's best.
    """
    if sum(map(len, old)) + sum(map(len, new)) > _LONGEST_BLOCK:
        return []
    old_words, old_owners = _words(old)
    new_words, new_owners = _words(new)
    shared: Counter[tuple[int, int]] = Counter()
    for block in blocks(old_words, new_words):
        if block.equal:
            for offset in range(block.old_end - block.old_start):
                left, right = block.old_start + offset, block.new_start + offset
                shared[old_owners[left], new_owners[right]] += len(old_words[left])
    best_new: dict[int, tuple[int, int]] = {}
    best_old: dict[int, tuple[int, int]] = {}
    for (left, right), letters in shared.items():
        best_new[left] = max(best_new.get(left, (0, 0)), (letters, right))
        best_old[right] = max(best_old.get(right, (0, 0)), (letters, left))
    return [
        (left, right)
        for left, (letters, right) in sorted(best_new.items())
        if best_old[right][1] == left
        and 2 * letters >= _SHARED_AT_LEAST * (_letters(old[left]) + _letters(new[right]))
    ]


def _words(lines: Sequence[str]) -> tuple[list[str], list[int]]:
    words: list[str] = []
    owners: list[int] = []
    for number, line in enumerate(lines):
        found = _WORD.findall(line)
        words.extend(found)
        owners.extend([number] * len(found))
    return words, owners


def _letters(line: str) -> int:
    return sum(map(len, line.split()))


def _changed_words(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    left, right = TOKEN.findall(old), TOKEN.findall(new)
    found = blocks(left, right)
    old_parts: list[Segment] = []
    new_parts: list[Segment] = []
    for number, block in enumerate(found):
        old_text = "".join(left[block.old_start : block.old_end])
        new_text = "".join(right[block.new_start : block.new_end])
        # A space between two changed words belongs to the change: one mark, not two.
        inside = 0 < number < len(found) - 1 and old_text.isspace()
        changed = not block.equal or inside
        _append(old_parts, old_text, changed=changed)
        _append(new_parts, new_text, changed=changed)
    return tuple(old_parts), tuple(new_parts)


def _append(parts: list[Segment], text: str, *, changed: bool) -> None:
    if not text:
        return
    if parts and parts[-1].changed == changed:
        text = parts.pop().text + text
    parts.append(Segment(text, changed))
