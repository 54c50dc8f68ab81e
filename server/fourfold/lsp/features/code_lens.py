"""textDocument/codeLens: the current version and what can be done, on the first line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import FIRST_LINE

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))
    async def code_lens(
        ls: FourfoldServer, params: types.CodeLensParams
    ) -> list[types.CodeLens] | None:
        from fourfold.lsp.features.menu import lens_commands

        buffer = ls.buffers.of_uri(params.text_document.uri)
        if buffer is None:
            return None
        try:
            history = await buffer.history()
        finally:
            ls.answered_first.set()
        return [types.CodeLens(FIRST_LINE, command) for command in lens_commands(buffer, history)]
