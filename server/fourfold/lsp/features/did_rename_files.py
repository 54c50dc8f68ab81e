"""workspace/didRenameFiles: prompts keep their versions under their new names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.server import FourfoldServer

ALL_FILES = types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")


def register(server: FourfoldServer) -> None:
    options = types.FileOperationRegistrationOptions([ALL_FILES])

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, options)
    async def did_rename(ls: FourfoldServer, params: types.RenameFilesParams) -> None:
        for renamed in params.files:
            old, new = path_of(renamed.old_uri), path_of(renamed.new_uri)
            if old is not None and new is not None:
                await _rename(ls, old, new)


async def _rename(ls: FourfoldServer, old: Path, new: Path) -> None:
    """Renames a prompt file, or all below a renamed folder."""
    for before, after in await asyncio.to_thread(_renamed_files, old, new):
        was, is_now = await ls.folders.find_step(before), await ls.folders.find_step(after)
        if was is not None and is_now is not None and was[0] is is_now[0]:
            await was[0].rename(was[1], is_now[1])


def _renamed_files(old: Path, new: Path) -> list[tuple[Path, Path]]:
    if not new.is_dir():
        return [(old, new)]
    return [(old / path.relative_to(new), path) for path in new.rglob("*") if path.is_file()]
