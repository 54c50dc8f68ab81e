"""Fourfold's documents in the editor: virtual where it can read those, else read-only files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.lsp.view_files import delete_old, write_read_only
from fourfold.project.contents import document_text
from fourfold.project.documents import Document, parse_path, parse_uri
from fourfold.store.database import STATE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.project.shapes import UriOf
    from fourfold.store.records import Run

REFRESH_SECONDS = 0.25
"""How often a document follows a response that streams."""


class Views:
    """The documents of one folder. `known` are those that the editor has been given or has read,
    under its own spelling of their URIs."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._known: dict[Document, str] = {}
        self._changed: set[Document] = set()
        self._refreshing = False

    @property
    def _root(self) -> Path:
        return self._folder.project.folder / STATE_FOLDER / "view"

    def uri(self, document: Document) -> str:
        """The URI under which this editor can read the document."""
        if self._folder.server.client.reads_documents:
            return document.uri(self._folder.project.key)
        return (self._root / document.path).as_uri()

    async def publish(self, build: Callable[[UriOf], dict[str, Any]]) -> dict[str, Any]:
        """A shape with URIs in it; where they are of files, the files are there when it returns."""
        given: list[Document] = []

        def uri_of(document: Document) -> str:
            given.append(document)
            return self.uri(document)

        shape = build(uri_of)
        if not self._folder.server.client.reads_documents:
            for document in given:
                await self._write(document)
        return shape

    async def open(self, document: Document) -> str:
        """Shows the document to the user, and says its URI."""
        uri = self.uri(document)
        if not self._folder.server.client.reads_documents:
            await self._write(document)
        self._folder.server.spawn(self._folder.server.client.show_document(uri))
        return uri

    async def text(self, document: Document, uri: str | None = None) -> str:
        """What the document says; from now on it follows what it is about under `uri`."""
        if uri is not None:
            self._known[document] = uri
        return await self._folder.call(
            document_text, self._folder.project, document, self._folder.runs.live
        )

    async def tidy(self) -> None:
        """Deletes the files that nobody has asked for in a long time."""
        await asyncio.to_thread(delete_old, self._root)

    def find(self, path: Path) -> Document | None:
        """The document that a file below `.fourfold/view` is."""
        if not path.is_relative_to(self._root):
            return None
        return parse_path(path.relative_to(self._root).as_posix())

    def run_changed(self, run: Run) -> None:
        """Lets the documents about this run follow it, not too often."""
        for document in self._known:
            about_it = document.run == run.id or (
                document.step == run.step and run.version in document.versions
            )
            if about_it and document.kind != "version":
                self._changed.add(document)
        self._refresh_soon()

    def workflow_changed(self) -> None:
        """Lets the documents about the workflow follow it."""
        self._changed.update(one for one in self._known if one.kind == "workflow")
        self._refresh_soon()

    def _refresh_soon(self) -> None:
        if self._changed and not self._refreshing:
            self._refreshing = True
            self._folder.server.spawn(self._refresh())

    async def _refresh(self) -> None:
        client = self._folder.server.client
        try:
            while self._changed:
                changed, self._changed = self._changed, set()
                for document in changed:
                    if client.reads_documents:
                        # Not awaited: an editor that never answers would hold up all that follow.
                        self._folder.server.spawn(client.refresh_document(self._known[document]))
                    else:
                        await self._write(document)
                await asyncio.sleep(REFRESH_SECONDS)
        finally:
            self._refreshing = False

    async def _write(self, document: Document) -> None:
        path = self._root / document.path
        try:
            text = await self.text(document, path.as_uri())
            await asyncio.to_thread(write_read_only, path, text)
        except OSError as error:
            self._folder.tell_once(
                f"{path} could not be written ({error.strerror}), so the editor cannot show it; "
                "make room or the folder writable."
            )
        except FourfoldError:
            return  # what it is about is no longer kept


def document_at(uri: str) -> tuple[str, Document] | None:
    """(folder key, document) of a virtual document's URI."""
    return parse_uri(uri) if uri.startswith("fourfold:") else None
