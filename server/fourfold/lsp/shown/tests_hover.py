"""Hovers in tests: what a key, a variable or a type of assertion means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.evals.test_files.completing import meaning
from fourfold.source.problem import Position, Range
from fourfold.text.markdown import plain
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.tests_document import TestsDocument


async def hover_tests(
    client: Client, file: TestsDocument, position: types.Position
) -> types.Hover | None:
    """What is known of the word at a position, in the markup that the client reads."""
    where = file.position(position)
    cursor = await file.cursor(where)
    if cursor is None:
        return None
    name = file.lines[where.line][cursor.start : cursor.end].strip("'\"")
    means = meaning(cursor.slot, cursor.path, name, await file.known())
    if means is None:
        return None
    word = Range(Position(where.line, cursor.start), Position(where.line, cursor.end))
    at = file.client_range(word)
    if client.reads_markdown:
        text = f"**{plain(name)}**\n\n{plain(means)}"
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), at)
    text = f"{one_line(name)}: {one_line(means)}"
    return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), at)
