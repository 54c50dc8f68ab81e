"""textDocument/codeLens: the current version and what can be done, on the first line of a prompt;
how each step stands and what can be run, in workflow.yaml."""

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
        from fourfold.lsp.features.workflow_menu import read_entries

        ls.client.shows_lenses = True
        uri = params.text_document.uri
        if (workflow := ls.workflow_files.get(uri)) is not None:
            return [types.CodeLens(at, command) for at, command, _ in await read_entries(workflow)]
        buffer = ls.buffers.of_uri(uri)
        if buffer is None:
            return None
        try:
            history = await buffer.history()
        finally:
            ls.answered_first.set()
        state = await buffer.folder.workflow.state(buffer.file.step)
        commands = lens_commands(buffer, history, stale=state is not None and state.stale)
        return [types.CodeLens(FIRST_LINE, command) for command in commands]
