"""The mirror of the editor's open buffers, with lines and positions as LSP counts them.

pygls 2.1.1 counts otherwise in four ways, repaired here:

- Lines come from `str.splitlines()`, which also ends one at U+2028, U+0085, \\f, \\v and others, so
  that a later edit replaces the wrong line.
- A text that ends in a line break lacks its last, empty line
  (https://github.com/openlawlibrary/pygls/issues/550).
- A position beyond the end of a line is moved to before the line's last character, or into the
  line break (https://github.com/openlawlibrary/pygls/pull/304 discusses it).
- The offset at the end of the text is turned into a position one line too low.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.workspace import PositionCodec, ServerTextPosition, TextDocument, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence


# what each unit is in Python, and its bytes
_ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def split_lines(text: str) -> list[str]:
    """The lines of a text, each with its end (\\n, \\r\\n or \\r); the last has none."""
    lines = io.StringIO(text, newline="").readlines()
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return lines


class Codec(PositionCodec):
    """Turns the client's code units into code points, and back.

    pygls looks at each character, which takes 100 ms for a line of a million.
    """

    def __init__(self, encoding: types.PositionEncodingKind | str) -> None:
        super().__init__(encoding)
        self._name, self._bytes = _ENCODINGS.get(encoding, ("utf-16-le", 2))

    def client_num_units(self, string: str) -> int:
        """How many of the client's units a text takes."""
        if string.isascii() or self._name == "utf-32-le":
            return len(string)
        return len(string.encode(self._name, "surrogatepass")) // self._bytes

    def position_to_client_units(
        self, lines: Sequence[str], position: ServerTextPosition | types.Position
    ) -> types.Position:
        """The position in the client's units; one below the text is on the line after its last."""
        if position.line >= len(lines):
            return types.Position(len(lines), 0)
        before = lines[position.line][: position.character]
        return types.Position(position.line, self.client_num_units(before))

    def position_from_client_units(
        self, lines: Sequence[str], position: types.Position
    ) -> ServerTextPosition:
        """The position in code points; one outside the text becomes the nearest one inside."""
        if position.line >= len(lines):
            return ServerTextPosition(len(lines) - 1, len(lines[-1].rstrip("\r\n")))
        line = lines[position.line].rstrip("\r\n")
        start = line[: position.character]
        if start.isascii():
            return ServerTextPosition(position.line, len(start))
        before = start.encode(self._name, "surrogatepass")[: position.character * self._bytes]
        whole = before.decode(self._name, "ignore")
        # One inside a character is moved behind it.
        is_inside = len(whole.encode(self._name)) < len(before)
        return ServerTextPosition(position.line, len(whole) + is_inside)


class Document(TextDocument):
    """One text document; `source` is its text."""

    _lines: tuple[str, list[str]] = ("", [""])

    @property
    def lines(self) -> Sequence[str]:
        """The lines with their ends, as the specification splits them."""
        source = self.source
        if self._lines[0] is not source:
            self._lines = (source, split_lines(source))
        return self._lines[1]

    def _apply_incremental_change(self, change: types.TextDocumentContentChangePartial) -> None:
        source = self.source
        start = self.offset_at_position(change.range.start)
        end = self.offset_at_position(change.range.end)
        self._source = source[:start] + change.text + source[max(start, end) :]

    def server_position_at_offset(self, offset: int) -> ServerTextPosition:
        """The position in code points of an index into `source`."""
        lines = split_lines(self.source[:offset])
        return ServerTextPosition(len(lines) - 1, len(lines[-1]))


class Mirror(Workspace):
    """The workspace folders and the open documents."""

    def __init__(
        self,
        root_uri: str | None,
        sync_kind: types.TextDocumentSyncKind,
        folders: Sequence[types.WorkspaceFolder],
        encoding: types.PositionEncodingKind | str,
    ) -> None:
        super().__init__(root_uri, sync_kind, folders, encoding)
        self._position_codec = Codec(encoding)

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        return Document(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=self._sync_kind,
            position_codec=self._position_codec,
        )
