"""What a response would change in a file, as a unified diff in a Markdown code block."""

from __future__ import annotations

from fourfold.text.differences import Block, blocks, split_lines
from fourfold.text.markdown import diff_fenced

_CONTEXT = 3
_MAX_LINES = 2000


def diff_block(before: str, after: str) -> str:
    """The unified diff of two texts, three lines around each change, fenced as `diff`.

    After so many lines it says that there are more.
    """
    lines = _unified(split_lines(before), split_lines(after))
    if len(lines) > _MAX_LINES:
        left_out = len(lines) - _MAX_LINES
        lines = [*lines[:_MAX_LINES], f"@@ {left_out:,} more lines @@"]
    return diff_fenced("\n".join(lines))


def _unified(old: list[str], new: list[str]) -> list[str]:
    lines: list[str] = []
    for hunk in _hunks(blocks(old, new)):
        first, last = hunk[0], hunk[-1]
        lines.append(
            f"@@ -{_range(first.old_start, last.old_end)} +{_range(first.new_start, last.new_end)}"
            " @@"
        )
        for block in hunk:
            if block.equal:
                lines += _marked(" ", old[block.old_start : block.old_end])
            else:
                lines += _marked("-", old[block.old_start : block.old_end])
                lines += _marked("+", new[block.new_start : block.new_end])
    return lines


def _hunks(found: list[Block]) -> list[list[Block]]:
    """The changes with the equal lines near them; a longer equal block ends a hunk."""
    hunks: list[list[Block]] = [[]]
    for place, block in enumerate(found):
        if not block.equal:
            hunks[-1].append(block)
            continue
        length = block.old_end - block.old_start
        head = 0 if place == 0 else min(_CONTEXT, length)
        tail = 0 if place == len(found) - 1 else min(_CONTEXT, length)
        if head + tail >= length:
            hunks[-1].append(block)
            continue
        if head:
            hunks[-1].append(_part(block, 0, head))
            hunks.append([])
        if tail:
            hunks[-1].append(_part(block, length - tail, length))
    return [hunk for hunk in hunks if any(not block.equal for block in hunk)]


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


def _marked(sign: str, lines: list[str]) -> list[str]:
    marked = [sign + line.removesuffix("\n") for line in lines]
    if lines and not lines[-1].endswith("\n"):
        marked.append("\\ No newline at end of file")
    return marked
