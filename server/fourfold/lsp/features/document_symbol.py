"""textDocument/documentSymbol: messages and headings of a prompt, the steps of workflow.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer

Symbols = list[types.DocumentSymbol] | list[types.SymbolInformation]


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbol(
        ls: FourfoldServer, params: types.DocumentSymbolParams
    ) -> Symbols | None:
        from fourfold.lsp.shown import symbols

        match ls.open.at(params.text_document.uri):
            case OpenPrompt() as prompt:
                found = symbols.in_prompt(prompt)
            case OpenWorkflowFile() as file:
                found = await symbols.in_workflow(file)
            case _:
                return None
        if ls.client.nests_symbols:
            return found
        return symbols.flat(found, params.text_document.uri)
