"""The blocks of a Markdown text, as CommonMark divides it: headings, lists, fences and the rest.

Inline markup stays as it was written, since that is what names, paths and statements are read from.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fourfold.steps.responses.errors import ResponseError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CHARACTERS = 1_000_000
"""A longer response is none that a person could read, and takes long to divide into blocks."""

_FENCE_LINES = 2


def parse_blocks(markdown: str) -> list[Token]:
    """The block tokens of `markdown` in their order, inline content unread.

    ResponseError for more than `MAX_CHARACTERS`.
    """
    if len(markdown) > MAX_CHARACTERS:
        raise ResponseError(
            f"The response is longer than {MAX_CHARACTERS:,} characters.", "Answer shorter."
        )
    # a last line without an end would make a code block look as if it had one
    return _parser().parse(markdown if markdown.endswith("\n") else f"{markdown}\n")


def check_closed(fence: Token) -> None:
    """ResponseError where the text ended before the `fence` did."""
    if is_closed(fence):
        return
    line = (fence.map or [0])[0] + 1
    raise ResponseError(
        f"The code block that begins on line {line} of the response has no end.",
        f"The code block that begins on line {line} is never closed. Close every code block with a "
        "line of its own, and put a code block that holds others between longer fences (````).",
    )


def is_closed(fence: Token) -> bool:
    """Whether the `fence` has a closing line, rather than ending with what it stands in."""
    start, end = fence.map or (0, 0)
    return end - start == fence.content.count("\n") + _FENCE_LINES


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable("inline").enable("table")
