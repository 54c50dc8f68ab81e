"""The editor's buffers: opened, changed, saved, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import DocumentClosed, TextChanged, TextSaved
from fourfold.lsp.open.prompt import OpenPrompt

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    # Later messages wait for it: what they ask for must see what it has found out.
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: FourfoldServer, params: types.DidOpenTextDocumentParams) -> None:
        uri = params.text_document.uri
        if (document := ls.open_document(uri)) is not None:
            ls.open.add(uri, document)
            await ls.find_out(uri)

    # The others are not async, for the same reason.
    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: FourfoldServer, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if isinstance(prompt := ls.open.at(uri), OpenPrompt):
            prompt.changed()
        ls.events.publish(TextChanged(uri))

    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE)
    def will_save(ls: FourfoldServer, params: types.WillSaveTextDocumentParams) -> None:
        if isinstance(prompt := ls.open.at(params.text_document.uri), OpenPrompt):
            prompt.will_save(params.reason)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def did_save(ls: FourfoldServer, params: types.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        if isinstance(prompt := ls.open.at(uri), OpenPrompt):
            prompt.folder.save(prompt.file, prompt.did_save())
        ls.events.publish(TextSaved(uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: FourfoldServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.open.remove(params.text_document.uri)
        ls.events.publish(DocumentClosed(params.text_document.uri))
