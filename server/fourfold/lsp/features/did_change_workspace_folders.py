"""workspace/didChangeWorkspaceFolders: folders come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import paths_of

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    # Later messages wait for it, as for `initialized`.
    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(
        ls: FourfoldServer, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        await ls.change_folders(
            paths_of(folder.uri for folder in params.event.added),
            paths_of(folder.uri for folder in params.event.removed),
        )
