"""textDocument/definition: from a name in workflow.yaml to what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(
        ls: FourfoldServer, params: types.DefinitionParams
    ) -> types.Location | None:
        from fourfold.lsp.shown.definitions import definition_of

        file = ls.open.at(params.text_document.uri)
        if not isinstance(file, OpenWorkflowFile):
            return None
        place = await file.place_at(params.position)
        return None if place is None else await definition_of(ls, file, place)
