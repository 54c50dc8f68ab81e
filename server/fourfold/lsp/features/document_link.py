"""textDocument/documentLink: from the inputs in workflow.yaml to the prompts and files named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    options = types.DocumentLinkOptions(resolve_provider=False)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, options)
    async def document_link(
        ls: FourfoldServer, params: types.DocumentLinkParams
    ) -> list[types.DocumentLink] | None:
        from fourfold.workflow.file.places import places

        file = ls.open.at(params.text_document.uri)
        if not isinstance(file, OpenWorkflowFile):
            return None
        named = [one for one in places(await file.config()) if one.kind in ("step", "file")]
        targets = await file.targets(named)
        return [
            types.DocumentLink(file.client_range(one.range), target)
            for one, target in zip(named, targets, strict=True)
            if target is not None
        ]
