"""textDocument/rename: a step of workflow.yaml with its prompt, its tests and its sub-steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import FourfoldError
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(ls: FourfoldServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        from fourfold.lsp.shown.step_rename import rename_step

        file = ls.open.at(params.text_document.uri)
        if not isinstance(file, OpenWorkflowFile):
            return None
        place = await file.place_at(params.position)
        if place is None or place.kind not in ("key", "step"):
            raise FourfoldError("No step stands here; put the cursor on a step's name.")
        return await rename_step(ls.client, file, place.value, params.new_name)
