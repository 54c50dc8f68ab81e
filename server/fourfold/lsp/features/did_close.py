"""textDocument/didClose: forgets what the editor no longer shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import DocumentClosed

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: FourfoldServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.open.remove(params.text_document.uri)
        ls.events.publish(DocumentClosed(params.text_document.uri))
