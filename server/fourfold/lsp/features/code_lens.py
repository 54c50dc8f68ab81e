"""textDocument/codeLens: the current version and what can be done, on the first line of a prompt;
how each step stands and what can be run, in workflow.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.shown.lenses import Lenses

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    lenses = Lenses(server)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        return await lenses.ask(params.text_document.uri)
