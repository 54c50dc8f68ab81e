"""Which parts of two texts differ: lines, and items of any sequence."""

from __future__ import annotations

from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CELL_LIMIT = 400_000_000
"""The largest product of two lengths that is compared: one bit of memory for each cell, 50 MB."""


class Block(NamedTuple):
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
    start, old_end, new_end = _apart(old, new)
    found: list[Block] = []
    if start:
        found.append(Block(True, 0, start, 0, start))
    found.extend(_between(old, new, start, old_end, new_end))
    if old_end < len(old):
        found.append(Block(True, old_end, len(old), new_end, len(new)))
    return found


def differences(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """The unequal ones of `blocks`."""
    return [block for block in _between(old, new, *_apart(old, new)) if not block.equal]


def changed_lines(old: str, new: str) -> list[tuple[list[str], list[str]]]:
    """The places where two texts differ: of each the lines of `old` that are gone, and those of
    `new` that have come, without their LF; a last line that has none is marked by one."""
    left, right = _bare_lines(old), _bare_lines(new)
    return [
        (left[block.old_start : block.old_end], right[block.new_start : block.new_end])
        for block in differences(left, right)
    ]


def _bare_lines(text: str) -> list[str]:
    # Most lines end in an LF, and putting it back takes longer than all the rest.
    lines = text.split("\n")
    if last := lines.pop():
        lines.append(f"{last}\n")
    return lines


def _apart(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, int]:
    """Where the common start ends, and where the common end starts in each."""
    shortest = min(len(old), len(new))
    start = _common_length(old, new, shortest)
    end = min(_common_length(reversed(old), reversed(new), shortest), shortest - start)
    return start, len(old) - end, len(new) - end


def _common_length(old: Iterable[str], new: Iterable[str], most: int) -> int:
    return next(compress(count(), map(ne, old, new)), most)


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
