"""Shares with the team while the editor is open, in a process of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.app.sharing import process as sharing
from fourfold.lsp.events import VersionsChanged

if TYPE_CHECKING:
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.settings import TeamSettings

_GRACE_SECONDS = 2.0


class TeamLink:
    """The process of one folder that has joined a team. What it brings is in the database, where
    it is seen as whatever another process writes there."""

    def __init__(self, project: ProjectThread) -> None:
        self._project = project
        self._process: asyncio.subprocess.Process | None = None
        self._settings: TeamSettings | None = None
        self._starting = asyncio.Lock()
        project.events.follow(VersionsChanged, lambda _: self._changed())

    async def start(self) -> None:
        """Shares from now on, with the settings of now, where the folder has joined a team."""
        async with self._starting:
            settings = self._project.settings.team
            if self._process is not None and settings != self._settings:
                await self._stop()
            if settings is None or self._process is not None:
                return
            if not await self._project.ask(sharing.has_joined):
                return
            self._settings = settings
            self._process = await sharing.start(self._project.project.folder, tells=True)
            self._project.host.spawn(self._tell(self._process))

    async def close(self) -> None:
        async with self._starting:
            await self._stop()

    def _changed(self) -> None:
        """The folder may have joined a team meanwhile, in a terminal."""
        if self._process is None and self._project.settings.team is not None:
            self._project.host.spawn(self.start())

    async def _tell(self, process: asyncio.subprocess.Process) -> None:
        async for line in process.stderr or ():  # type: ignore[union-attr]
            self._project.tell_once(line.decode(errors="replace").strip())
        await process.wait()
        if self._process is process:
            self._process = None

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await sharing.stop(process, _GRACE_SECONDS)
