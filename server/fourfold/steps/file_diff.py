"""What a response would change in a file, as a unified diff in a Markdown code block."""

from __future__ import annotations

from fourfold.text.markdown import diff_fenced
from fourfold.text.patch import unified

_MAX_LINES = 2000


def diff_block(before: str, after: str) -> str:
    """The unified diff of two texts, fenced as `diff`. After so many lines it says that there are
    more."""
    lines = unified(before, after)
    if len(lines) > _MAX_LINES:
        left_out = len(lines) - _MAX_LINES
        lines = [*lines[:_MAX_LINES], f"@@ {left_out:,} more lines @@"]
    return diff_fenced("\n".join(lines))
