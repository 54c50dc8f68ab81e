"""workspace/didRenameFiles: prompts keep their versions under their new names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import path_of

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer

ALL_FILES = types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")


def register(server: FourfoldServer) -> None:
    options = types.FileOperationRegistrationOptions([ALL_FILES])

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, options)
    async def did_rename(ls: FourfoldServer, params: types.RenameFilesParams) -> None:
        for renamed in params.files:
            old, new = path_of(renamed.old_uri), path_of(renamed.new_uri)
            if old is not None and new is not None:
                await ls.folders.rename(old, new)
