"""workspace/textDocumentContent: what Fourfold's own documents say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import InvalidArgumentError
from fourfold.reports.documents import SCHEME

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(
        types.WORKSPACE_TEXT_DOCUMENT_CONTENT, types.TextDocumentContentOptions(schemes=[SCHEME])
    )
    async def text_document_content(
        ls: FourfoldServer, params: types.TextDocumentContentParams
    ) -> types.TextDocumentContentResult:
        from fourfold.lsp.commands.arguments import find_document, known_step

        found = find_document(ls, params.uri)
        if found is None:
            raise InvalidArgumentError(
                "uri", f"uri: {params.uri} is no document of an open workspace folder."
            )
        folder, document = found
        if document.step:
            await known_step(folder, document.step)
        text = await folder.views.text(document, params.uri)
        return types.TextDocumentContentResult(text)
