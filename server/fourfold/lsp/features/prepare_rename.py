"""textDocument/prepareRename: whether a step of workflow.yaml stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(
        ls: FourfoldServer, params: types.PrepareRenameParams
    ) -> types.PrepareRenamePlaceholder | None:
        from fourfold.workflow.file.renaming import last_part_range

        file = ls.open.at(params.text_document.uri)
        if not isinstance(file, OpenWorkflowFile):
            return None
        place = await file.place_at(params.position)
        if place is None or place.kind not in ("key", "step"):
            return None
        where = file.client_range(last_part_range(file.lines, place))
        return types.PrepareRenamePlaceholder(where, place.value.rpartition("/")[2])
