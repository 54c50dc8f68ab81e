"""workspace/textDocumentContent: what Fourfold's own documents say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import InvalidArgumentError
from fourfold.lsp.uris import FolderDocument
from fourfold.project.documents import SCHEME

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(
        types.WORKSPACE_TEXT_DOCUMENT_CONTENT, types.TextDocumentContentOptions(schemes=[SCHEME])
    )
    async def text_document_content(
        ls: FourfoldServer, params: types.TextDocumentContentParams
    ) -> types.TextDocumentContentResult:
        found = await ls.uris.what(params.uri)
        if not isinstance(found, FolderDocument):
            raise InvalidArgumentError(
                "uri", f"{params.uri} is no document of an open workspace folder."
            )
        folder, document = found
        if document.step:
            await folder.known_step(document.step)
        text = await folder.views.text(document, params.uri)
        return types.TextDocumentContentResult(text)
