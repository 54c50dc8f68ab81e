"""textDocument/didChange: the user has typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import TextChanged
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.shown.push_out import PushOutWarnings

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    PushOutWarnings(server)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: FourfoldServer, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if isinstance(prompt := ls.open.at(uri), OpenPrompt):
            prompt.changed()
        ls.events.publish(TextChanged(uri))
