"""A worker with its models and limits."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from fourfold.app.workers.worker import Worker
from fourfold.project.opening import open_team

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from fourfold.settings import WorkspaceSettings
    from fourfold.store.ports.team import Team
    from fourfold.store.records import Run
    from fourfold.user.secret import Secret

T = TypeVar("T")

MOST_AT_ONCE = 64
"""How many calls a worker has at once, where nobody says."""


class _NoStore:
    """Runs of a worker are kept by those who asked for them."""

    def insert_runs(self, new: Sequence[Run], fingerprints: Sequence[str]) -> None: ...

    def update_run(self, run: Run) -> None: ...

    def checkpoint(self, texts: Mapping[str, str]) -> None: ...

    def find_identical(self, fingerprint: str, others: bool = False) -> Run | None:
        return None

    def is_asked_elsewhere(self, run_id: str) -> bool:
        return False


async def _at_once(function: Callable[..., T], *arguments: Any) -> T:
    return function(*arguments)


@asynccontextmanager
async def open_worker(
    settings: WorkspaceSettings,
    address: Secret,
    project: str,
    concurrency: int | None,
    note: Callable[[str], None],
) -> AsyncIterator[Worker]:
    """A worker for a project of the team's, which asks models as this user may. FourfoldError where
    it cannot begin."""
    from fourfold.llm.user_models import make_registry, price
    from fourfold.runs.runner import Runner

    def opened() -> Team:
        return open_team(address, project)

    registry = make_registry(settings)
    runner = Runner(
        _NoStore(),
        _at_once,
        on_change=lambda _: None,
        on_error=lambda error: note(str(error)),
        on_news=note,
        price=price,
        at_once=concurrency,
    )
    worker = Worker(opened, registry, runner, concurrency or MOST_AT_ONCE, note)
    try:
        await worker.begin()
        yield worker
    finally:
        await runner.close()
        await registry.close()
