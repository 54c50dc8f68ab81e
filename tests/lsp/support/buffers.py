"""The editor's side of open documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp.support.positions import apply_edits, smallest_change

if TYPE_CHECKING:
    from lsp.support.client import StrictClient


@dataclass
class Buffer:
    """An open document. `undo` holds the texts that undoing brings back, the next one last."""

    uri: str
    text: str
    version: int = 1
    saved: str = ""
    undo: list[str] = field(default_factory=list)

    @property
    def dirty(self) -> bool:
        """Whether the text differs from what was last saved or read."""
        return self.text != self.saved


@dataclass
class Progress:
    """One work-done progress as the user sees it."""

    begun: bool = False
    ended: bool = False
    title: str = ""
    cancellable: bool = False
    messages: list[str] = field(default_factory=list)
    percentages: list[int] = field(default_factory=list)

    def take(self, value: dict[str, Any]) -> None:
        """Add one `$/progress` value."""
        self.begun = True
        self.ended = value["kind"] == "end"
        self.title = value.get("title", self.title)
        self.cancellable = value.get("cancellable", self.cancellable)
        if value.get("message"):
            self.messages.append(value["message"])
        if value.get("percentage") is not None:
            self.percentages.append(value["percentage"])


def change_of(client: StrictClient, buffer: Buffer, text: str) -> types.DidChangeTextDocumentParams:
    """Give the buffer a new text; the didChange that says so, in the way the server asked for."""
    change: Any = types.TextDocumentContentChangeWholeDocument(text)
    if client.sync_kind == types.TextDocumentSyncKind.Incremental:
        change = smallest_change(buffer.text, text, client.encoding)
    buffer.undo.append(buffer.text)
    buffer.text = text
    buffer.version += 1
    name = types.VersionedTextDocumentIdentifier(version=buffer.version, uri=buffer.uri)
    return types.DidChangeTextDocumentParams(name, [change])


def edited_texts(client: StrictClient, edit: types.WorkspaceEdit) -> dict[str, str] | None:
    """What the documents of an edit become, by URI; None when it is for an older version."""
    edits: dict[str, list[Any]] = {uri: list(some) for uri, some in (edit.changes or {}).items()}
    for change in edit.document_changes or []:
        if isinstance(change, types.CreateFile):
            client.create(change.uri)
            continue
        if not isinstance(change, types.TextDocumentEdit):
            raise NotImplementedError("this client does not rename or delete files here")
        document = change.text_document
        buffer = client.buffers.get(document.uri)
        if buffer is not None and document.version not in {None, buffer.version}:
            return None
        edits.setdefault(document.uri, []).extend(change.edits)
    return {
        uri: apply_edits(client.text_of(uri), some, client.encoding) for uri, some in edits.items()
    }
