"""The unified diff of two texts, three lines around each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fourfold.text.differences import Block, blocks, split_lines
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONTEXT = 3
_NO_LINE_END = "\\ No newline at end of file"


class NamedText(NamedTuple):
    """A text, and what it is called in the heading of a diff."""

    name: str
    text: str


class Hunk(NamedTuple):
    """Changes with the equal lines around them, under their `@@` line."""

    heading: str
    blocks: Sequence[Block]


def hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    """The changes between the lines of two texts; those that touch are one."""
    for group in _grouped(blocks(old, new)):
        first, last = group[0], group[-1]
        before = _range(first.old_start, last.old_end)
        after = _range(first.new_start, last.new_end)
        yield Hunk(f"@@ -{before} +{after} @@", group)


def unified(before: str, after: str) -> list[str]:
    """The lines of the diff without the names of the texts, each without its end."""
    old, new = split_lines(before), split_lines(after)
    lines = []
    for hunk in hunks(old, new):
        lines.append(hunk.heading)
        for block in hunk.blocks:
            if block.equal:
                lines += _marked(" ", old[block.old_start : block.old_end])
            else:
                lines += _marked("-", old[block.old_start : block.old_end])
                lines += _marked("+", new[block.new_start : block.new_end])
    return lines


def names(left: NamedText, right: NamedText) -> list[str]:
    """The two lines above a diff."""
    return [f"--- {one_line(left.name)}", f"+++ {one_line(right.name)}"]


def patch(left: NamedText, right: NamedText) -> str:
    """The whole diff; "" where the texts are the same."""
    lines = unified(left.text, right.text)
    return "".join(f"{line}\n" for line in [*names(left, right), *lines]) if lines else ""


def _grouped(found: Sequence[Block]) -> list[list[Block]]:
    """The changes with the equal lines near them; a longer equal block ends a group."""
    groups: list[list[Block]] = [[]]
    for place, block in enumerate(found):
        if not block.equal:
            groups[-1].append(block)
            continue
        length = block.old_end - block.old_start
        head = 0 if place == 0 else min(_CONTEXT, length)
        tail = 0 if place == len(found) - 1 else min(_CONTEXT, length)
        if head + tail >= length:
            groups[-1].append(block)
            continue
        if head:
            groups[-1].append(_part(block, 0, head))
            groups.append([])
        if tail:
            groups[-1].append(_part(block, length - tail, length))
    return [group for group in groups if any(not block.equal for block in group)]


def _part(block: Block, start: int, end: int) -> Block:
    return Block(
        True,
        block.old_start + start,
        block.old_start + end,
        block.new_start + start,
        block.new_start + end,
    )


def _range(start: int, end: int) -> str:
    return f"{start + (end > start)},{end - start}"


def _marked(sign: str, lines: Sequence[str]) -> list[str]:
    marked = [sign + line.removesuffix("\n") for line in lines]
    if lines and not lines[-1].endswith("\n"):
        marked.append(_NO_LINE_END)
    return marked
