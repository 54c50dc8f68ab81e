"""The project of a workspace folder, and the one thread on which it is used."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from fourfold.errors import FourfoldError
from fourfold.lsp.events import Events

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.lsp.serving.host import Host
    from fourfold.project.project import Project
    from fourfold.settings import WorkspaceSettings

P = ParamSpec("P")
T = TypeVar("T")


class ProjectThread:
    """`path` is the workspace folder as the editor names it; `events` are those of this folder."""

    def __init__(self, host: Host, path: Path, project: Project) -> None:
        self.host = host
        self.path = path
        self.project = project
        self.events = Events(host.events)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fourfold-store")
        self._told: set[str] = set()
        self._closed = False

    @property
    def settings(self) -> WorkspaceSettings:
        return self.project.settings

    @property
    def registry(self) -> LLMIntegrationRegistry:
        """The models, with the settings of now."""
        return self.host.registry(self.settings)

    def ask(
        self, function: Callable[Concatenate[Project, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Calls `function` with the project, on its thread, in the order in which this was called.
        So nobody gets at the project, its files and its store on the event loop."""
        return self.call(function, self.project, *args, **kwargs)

    def call(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """As `ask`, without the project. What goes on for a folder that is closed is cancelled."""
        if self._closed:
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        called = loop.run_in_executor(self._thread, partial(function, *args, **kwargs))
        called.add_done_callback(lambda _: self.tell_notices())
        return called

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Goes on with `work` in the background; what it raises for the user is said once, as
        whoever asks for the same is told it too."""

        async def carried_out() -> None:
            try:
                await work
            except FourfoldError as error:
                self.tell_once(str(error))

        self.host.spawn(carried_out())

    def spawn_soon(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Goes on with `work` once all that happens together has happened."""
        asyncio.get_running_loop().call_soon(lambda: self.host.spawn(work()))

    def tell_once(self, sentence: str) -> None:
        """Says something that stays true, and so is said only once."""
        if sentence not in self._told:
            self._told.add(sentence)
            self.host.client.tell(sentence, error=True)

    def forget_told(self) -> None:
        """All is well again, so what goes wrong next is said again."""
        self._told.clear()

    def tell_notices(self) -> None:
        """Says what opening the store has found, if anything, whoever had it opened."""
        while self.project.notices:
            self.host.client.tell(self.project.notices.pop(0), error=True)

    async def close(self) -> None:
        closing = self.call(self.project.close)
        self._closed = True
        await closing
        self._thread.shutdown(wait=False, cancel_futures=True)
