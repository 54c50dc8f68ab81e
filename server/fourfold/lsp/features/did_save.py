"""textDocument/didSave: a saved text becomes a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import TextSaved
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_file import OpenTestsFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    # Not async: what a later message asks for must see the save.
    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def did_save(ls: FourfoldServer, params: types.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        match ls.open.at(uri):
            case OpenPrompt() as prompt:
                prompt.folder.save(prompt.file, prompt.did_save())
            case OpenTestsFile() as tests:
                tests.saved()
        ls.events.publish(TextSaved(uri))
