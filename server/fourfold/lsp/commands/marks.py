"""Commands that mark versions: pins, which keep them from being pushed out, and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.commands.targets import target_of
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.app.answers.versions import VersionList
    from fourfold.app.commands.marks import NameVersion, PinVersion
    from fourfold.lsp.server import FourfoldServer


async def pin_version(ls: FourfoldServer, asked: PinVersion) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    kept = (await folder.history(file)).version(asked.version)
    await folder.ask(Project.pin, file, kept.number, asked.pinned)
    return await folder.version_list(file)


async def name_version(ls: FourfoldServer, asked: NameVersion) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    kept = (await folder.history(file)).version(asked.version)
    await folder.ask(Project.name, file, kept.number, asked.name)
    return await folder.version_list(file)
