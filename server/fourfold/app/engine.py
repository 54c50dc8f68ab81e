"""A project with all that carries out its runs, and one that is opened outside an editor."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from fourfold.app.testing.ahead import Ahead
    from fourfold.errors import FourfoldError
    from fourfold.llm.integration import ResolvedModel
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.runs.request import InStore, RunRequest
    from fourfold.runs.runner import Runner
    from fourfold.store.ports.store import Store
    from fourfold.store.records import Run
    from fourfold.user.consent import AskUser

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A project with its runner and its models; `call` reaches its store from the event loop."""

    project: Project
    call: InStore
    runner: Runner
    registry: LLMIntegrationRegistry
    ask: AskUser | None = None
    through: Callable[[ResolvedModel], ResolvedModel] | None = None
    """The way that calls of tests take, where they are not made here."""
    take_back: Callable[[], None] | None = None
    """Ends the runs on that way of which nobody has begun to make the call, as cancelled."""

    ahead: Ahead | None = None
    """Who makes the calls of tests together, before their answers are asked for."""

    def in_store(self, function: Callable[[Store], T]) -> Awaitable[T]:
        """Calls `function` with the project's store, where that may be used."""
        return self.call(lambda: function(self.project.store))

    async def carry_out(self, requests: Sequence[RunRequest]) -> list[Run]:
        """The ended runs. A caller that is cancelled meanwhile cancels them."""
        started = await self.runner.start(requests)
        await self.wait(started)
        return await self.ended(started)

    async def wait(self, started: Sequence[Run]) -> None:
        """Returns once these runs, and those that follow them, have ended. A caller that is
        cancelled meanwhile cancels them, and waits for that."""
        ids = [run.id for run in started]
        try:
            await self.runner.wait(ids)
        except asyncio.CancelledError:
            self.runner.cancel(ids)
            await self.runner.wait(ids)
            raise

    async def ended(self, started: Sequence[Run]) -> list[Run]:
        """These runs as they ended; of one that was asked again the last."""
        last = [self.runner.last(run.id) for run in started]
        kept = await self.in_store(lambda store: [store.find_run(id_) for id_ in last])
        ended = [self.runner.live(id_) or run for id_, run in zip(last, kept, strict=True)]
        # As it was when it began: other programs may have pushed the version out meanwhile.
        return [
            replace(run, version=begun.version)
            for begun, run in zip(started, ended, strict=True)
            if run is not None
        ]


@asynccontextmanager
async def open_engine(
    project: Project,
    *,
    on_change: Callable[[Run], None],
    on_error: Callable[[FourfoldError], None],
    on_news: Callable[[str], None] = lambda _: None,
    ask: AskUser | None = None,
) -> AsyncIterator[Engine]:
    """An engine for an open project; whatever goes on in it is cancelled and stored at the end."""
    from fourfold.llm.user_models import make_registry, price
    from fourfold.runs.runner import Runner
    from fourfold.steps.processes import end_groups

    with ThreadPoolExecutor(1, thread_name_prefix="fourfold-store") as thread:

        def call(function: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
            return asyncio.get_running_loop().run_in_executor(thread, function, *arguments)

        registry = make_registry(project.settings)
        runner = Runner(
            project.store,
            call,
            on_change=on_change,
            on_error=on_error,
            on_news=on_news,
            price=price,
            at_once=project.settings.concurrency,
        )
        try:
            yield Engine(project=project, call=call, runner=runner, registry=registry, ask=ask)
        finally:
            end_groups()
            await runner.close()
            await registry.close()
