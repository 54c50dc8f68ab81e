"""Which parts of two texts differ: lines, and items of any sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL_LIMIT = 400_000_000
"""The largest product of two lengths that is compared: one bit of memory for each cell, 50 MB."""


@dataclass(frozen=True, slots=True)
class Block:
    """`old[old_start:old_end]` stands where `new[new_start:new_end]` stands; equal or not."""

    equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def split_lines(text: str) -> list[str]:
    """The lines of `text`, each with its LF; joined, they give `text` again."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Equal and unequal blocks in turn, which together cover both sequences in order.

    The equal ones are a longest common subsequence. Where comparing would take too much memory
    (`CELL_LIMIT`), all between the common start and the common end is one unequal block.
    """
    start = _common_length(old, new)
    end = _common_length(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    found: list[Block] = []
    if start:
        found.append(Block(True, 0, start, 0, start))
    found.extend(_between(old, new, start, old_end, new_end))
    if end:
        found.append(Block(True, old_end, len(old), new_end, len(new)))
    return found


def line_changes(old: str, new: str) -> tuple[int, int]:
    """How many lines of `new` are not in `old`, and how many of `old` are not in `new`."""
    left, right = _bare_lines(old), _bare_lines(new)
    start = _common_length(left, right)
    del left[:start], right[:start]
    left.reverse()
    right.reverse()
    end = _common_length(left, right)
    removed, added = len(left) - end, len(right) - end
    if removed * added <= 1:  # as most saves are: no need to look for a common subsequence
        return added, removed
    found = blocks(left[end:], right[end:])
    same = sum(block.old_end - block.old_start for block in found if block.equal)
    return added - same, removed - same


def _bare_lines(text: str) -> list[str]:
    """The lines without their LF, which is quicker; a last one that has none is marked by one."""
    lines = text.split("\n")
    if last := lines.pop():
        lines.append(f"{last}\n")
    return lines


def _common_length(old: Sequence[str], new: Sequence[str]) -> int:
    for index, (left, right) in enumerate(zip(old, new, strict=False)):
        if left != right:
            return index
    return min(len(old), len(new))


def _between(
    old: Sequence[str], new: Sequence[str], start: int, old_end: int, new_end: int
) -> list[Block]:
    if start == old_end and start == new_end:
        return []
    cells = (old_end - start) * (new_end - start)
    if cells <= 1 or cells > CELL_LIMIT:
        return [Block(False, start, old_end, start, new_end)]
    from rapidfuzz.distance import Indel  # 30 ms to import, and most saves change one place

    numbers: dict[str, int] = {}
    left = [numbers.setdefault(item, len(numbers)) for item in old[start:old_end]]
    right = [numbers.setdefault(item, len(numbers)) for item in new[start:new_end]]
    found: list[Block] = []
    for code in Indel.opcodes(left, right):
        block = Block(
            code.tag == "equal",
            start + code.src_start,
            start + code.src_end,
            start + code.dest_start,
            start + code.dest_end,
        )
        if found and found[-1].equal == block.equal:
            last = found.pop()
            block = Block(block.equal, last.old_start, block.old_end, last.new_start, block.new_end)
        found.append(block)
    return found
