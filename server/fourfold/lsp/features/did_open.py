"""textDocument/didOpen: finds out what has been opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

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
