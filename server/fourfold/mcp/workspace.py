"""The workspace folder that an agent works on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from fourfold.app.engine import open_engine
from fourfold.project.project import Project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from fourfold.app.engine import Engine
    from fourfold.settings import WorkspaceSettings

_log = logging.getLogger(__name__)


class Workspace:
    """A folder with its settings. Nothing is put into it before something is saved or run, and a
    store that cannot be opened is told to whoever asks for it."""

    def __init__(self, folder: Path, settings: WorkspaceSettings) -> None:
        self.folder = folder
        self._settings = settings
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._engine: Engine | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancels what goes on, and keeps what has arrived."""
        await self._stack.aclose()

    async def engine(self) -> Engine:
        """The folder with its store; FourfoldError where that cannot be opened."""
        async with self._opening:
            if self._engine is None:
                project = Project(self.folder, self._settings)
                await asyncio.to_thread(_open, project)
                self._stack.push_async_callback(asyncio.to_thread, project.close)
                self._engine = await self._stack.enter_async_context(_engine_of(project))
        return self._engine

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Engine]:
        """As `engine`, for who only looks: where no prompt was ever used, the store is elsewhere
        and goes again."""
        if await asyncio.to_thread(lambda: Project(self.folder, self._settings).is_used):
            yield await self.engine()
            return
        with TemporaryDirectory(prefix="fourfold-", ignore_cleanup_errors=True) as aside:
            project = Project(self.folder, self._settings, aside=Path(aside))
            await asyncio.to_thread(_open, project)
            try:
                async with _engine_of(project) as engine:
                    yield engine
            finally:
                await asyncio.to_thread(project.close)


def _open(project: Project) -> None:
    try:
        project.store.end_interrupted_runs()
    finally:
        for sentence in project.notices:
            _log.warning(sentence)
        project.notices.clear()


def _engine_of(project: Project) -> AbstractAsyncContextManager[Engine]:
    """What a prompt or a tests file wants, and may only with the user's consent, is refused: there
    is nobody to ask but the agent."""
    return open_engine(
        project,
        on_change=lambda _: None,
        on_error=lambda error: _log.warning(str(error)),
        on_news=_log.warning,
        ask=None,
    )
