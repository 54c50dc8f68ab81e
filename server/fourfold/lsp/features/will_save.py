"""textDocument/willSave: why a save is about to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.prompt import OpenPrompt

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE)
    def will_save(ls: FourfoldServer, params: types.WillSaveTextDocumentParams) -> None:
        if isinstance(prompt := ls.open.at(params.text_document.uri), OpenPrompt):
            prompt.will_save(params.reason)
