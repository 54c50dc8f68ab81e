"""Running steps in the order in which they depend on each other, independent ones at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.workflow.graph import dependents

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fourfold.workflow.graph import Graph


async def run_in_order(
    graph: Graph,
    execute: Callable[[str], Awaitable[bool]],
    leave_out: Callable[[str, str], None],
) -> None:
    """Calls `execute(step)` for every step of an acyclic graph once all that it needs succeeded.

    A step whose `execute` returns False stops those that depend on it, directly or not, and
    nothing else: each is given to `leave_out(step, because of which)`, once. Where this is
    cancelled, or an `execute` raises, all that goes on is cancelled and waited for.
    """
    after = dependents(graph)
    waiting = {step: {other for other in graph[step] if other in graph} for step in graph}
    left: set[str] = set()

    async def run(step: str, group: asyncio.TaskGroup) -> None:
        succeeded = await execute(step)
        if is_cancelled():  # also where `execute` came to an end all the same
            raise asyncio.CancelledError
        if not succeeded:
            stop_after(step)
            return
        for other in after[step]:
            waiting[other].discard(step)
            if not waiting[other] and other not in left:
                group.create_task(run(other, group))

    def stop_after(failed: str) -> None:
        stopping = [*after[failed]]
        for step in stopping:
            if step not in left:
                left.add(step)
                leave_out(step, failed)
                stopping += after[step]

    async with asyncio.TaskGroup() as group:
        for step in graph:
            if not waiting[step]:
                group.create_task(run(step, group))


def is_cancelled() -> bool:
    """Whether the task that calls has been cancelled, whatever became of that."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
