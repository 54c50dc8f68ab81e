"""A line diff as a Markdown code block that reads well raw and rendered.

Words are marked as `git diff --word-diff` marks them, since emphasis has no meaning inside a code
block and any other place would need the texts escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.reports.word_diff import diff_lines
from fourfold.text.figures import counted
from fourfold.text.markdown import diff_fenced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.reports.word_diff import DiffLine, Segment

LEGEND = "Inside a changed line, `[-…-]` was removed and `{+…+}` was added."
_CONTEXT = 3
_NO_LINE_END = "\\ No line end here"


def diff_block(old: str, new: str) -> str | None:
    """The changed lines, each with three lines around it; None where the texts are equal."""
    lines = diff_lines(old, new)
    changed = [number for number, line in enumerate(lines) if line.kind != "same"]
    if not changed:
        return None
    near = {n for at in changed for n in range(at - _CONTEXT, at + _CONTEXT + 1)}
    near |= {-1, len(lines)}
    shown: list[str] = []
    left_out = 0
    for number, line in enumerate(lines):
        # A note about one line would take the place of that line.
        alone = number - 1 in near and number + 1 in near
        if number in near or alone:
            shown.extend([*_left_out(left_out), *_written(line)])
            left_out = 0
        else:
            left_out += 1
    return diff_fenced("\n".join([*shown, *_left_out(left_out)]))


def _left_out(lines: int) -> list[str]:
    return [f"@@ {counted(lines, 'equal line')} @@"] if lines else []


def _written(line: DiffLine) -> list[str]:
    if line.kind == "same":
        return _side("  ", line.old or (), "", "")[:1]
    return [*_side("- ", line.old or (), "[-", "-]"), *_side("+ ", line.new or (), "{+", "+}")]


def _side(sign: str, segments: Sequence[Segment], opening: str, closing: str) -> list[str]:
    if not segments:
        return []
    text = "".join(
        f"{opening}{bare}{closing}" if segment.changed and bare else bare
        for segment in segments
        for bare in [segment.text.removesuffix("\n")]
    )
    lines = [f"{sign}{text}" if text else sign.rstrip()]
    return lines if segments[-1].text.endswith("\n") else [*lines, _NO_LINE_END]
