"""The mirror of a document stays what the editor has, whatever its line ends and characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from fourfold.lsp.pygls_repairs.documents import Mirror, split_lines
from lsp.support.positions import offset_of, position_of, smallest_change
from lsp.support.wire import start_wire

if TYPE_CHECKING:
    from pygls.workspace import TextDocument

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
URI = "file:///a/b%20c.md"
NOT_LINE_ENDS = "\u2028\u2029\u0085\f\v\x1c\x1d\x1e"
TEXTS = st.text(alphabet="ab\n\r ä😀" + NOT_LINE_ENDS, max_size=40)


def mirror_of(text: str, encoding: str) -> TextDocument:
    mirror = Mirror(None, types.TextDocumentSyncKind.Incremental, [], encoding)
    mirror.put_text_document(types.TextDocumentItem(URI, "markdown", 1, text))
    return mirror.text_documents["file:///a/b c.md"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("a\r\nb\rc\nd", ["a\r\n", "b\r", "c\n", "d"]),
        (NOT_LINE_ENDS, [NOT_LINE_ENDS]),
        ("\r\r\n\n", ["\r", "\r\n", "\n", ""]),
    ],
)
def test_only_the_three_line_ends_end_a_line(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(old=TEXTS, new=TEXTS)
def test_a_change_gives_the_editors_text(encoding: str, old: str, new: str) -> None:
    document = mirror_of(old, encoding)
    document.apply_change(smallest_change(old, new, encoding))
    assert document.source == new


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, data=st.data())
def test_every_position_is_the_editors_position(
    encoding: str, text: str, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if "\r\n" in text[max(0, offset - 1) : offset + 1]:
        offset -= 1
    position = position_of(text, offset, encoding)
    document = mirror_of(text, encoding)
    assert document.offset_at_position(position) == offset_of(text, position, encoding) == offset
    assert document.client_position_at_offset(offset) == position


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, line=st.integers(0, 9), character=st.integers(0, 99))
def test_a_position_outside_becomes_the_nearest_inside(
    encoding: str, text: str, line: int, character: int
) -> None:
    document = mirror_of(text, encoding)
    offset = document.offset_at_position(types.Position(line, character))
    assert 0 <= offset <= len(text)
    lines = split_lines(text)
    start = sum(map(len, lines[:line]))
    end = start + len(lines[line].rstrip("\r\n")) if line < len(lines) else len(text)
    assert offset == end if line >= len(lines) or character > 80 * 4 else offset <= end


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_later_edits_land_on_the_right_line(encoding: str) -> None:
    async with start_wire() as wire:
        answer = await wire.initialize(encoding)
        assert answer["capabilities"]["positionEncoding"] == encoding
        for char in NOT_LINE_ENDS:
            text = f"one {char} ä😀 one\r\ntwo 😀\rthree\nfour"
            document = {"uri": URI, "languageId": "markdown", "version": 1, "text": text}
            wire.send("textDocument/didOpen", {"textDocument": document})
            for n, (old, new) in enumerate(
                [("three", "3"), ("two 😀", "zwei"), ("😀 one", "eins")]
            ):
                start, end = text.index(old), text.index(old) + len(old)
                places = [position_of(text, offset, encoding) for offset in (start, end)]
                text = text[:start] + new + text[end:]
                span = [{"line": one.line, "character": one.character} for one in places]
                change = {"range": {"start": span[0], "end": span[1]}, "text": new}
                name = {"uri": URI, "version": n + 2}
                params = {"textDocument": name, "contentChanges": [change]}
                wire.send("textDocument/didChange", params)
            got = (await wire.run("tiny.text", uri=URI))["result"]
            assert got["text"] == text
            assert got["lines"] == [f"one {char} äeins\r\n", "zwei\r", "3\n", "four"]
            wire.send("textDocument/didClose", {"textDocument": {"uri": URI}})
