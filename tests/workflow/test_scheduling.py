"""Running steps in order: under random orders of ending and failures, and cancelled at any time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.workflow.graph import reached
from fourfold.workflow.scheduling import run_in_order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Graph = dict[str, list[str]]

LIMIT_S = 30


@st.composite
def acyclic(draw: st.DrawFn) -> Graph:
    """Steps that take responses of those made before them, listed in any order."""
    steps = [str(number) for number in range(draw(st.integers(0, 8)))]
    needs: Graph = {
        step: draw(st.lists(st.sampled_from(steps[:place]), max_size=3)) if place else []
        for place, step in enumerate(steps)
    }
    return {step: needs[step] for step in draw(st.permutations(steps))}


@dataclass
class Steps:
    """Steps that go on until the test ends one of them."""

    graph: Graph
    begun: list[str] = field(default_factory=list)
    ended: dict[str, bool] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    going: dict[str, asyncio.Future[bool]] = field(default_factory=dict)

    async def execute(self, step: str) -> bool:
        assert all(self.ended.get(other) for other in self.graph[step]), "not its turn yet"
        self.begun.append(step)
        self.going[step] = asyncio.get_running_loop().create_future()
        try:
            return await self.going[step]
        except asyncio.CancelledError:
            self.cancelled.append(step)
            raise
        finally:
            del self.going[step]

    def end(self, step: str, succeeded: bool) -> None:
        self.ended[step] = succeeded
        self.going[step].set_result(succeeded)

    def leave_out(self, step: str, reason: str) -> None:
        self.left_out.append((step, reason))

    def run(self) -> asyncio.Task[None]:
        return asyncio.create_task(run_in_order(self.graph, self.execute, self.leave_out))


async def settle() -> None:
    """Lets everything go on until it waits for the test."""
    for _ in range(20):
        await asyncio.sleep(0)


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Runs it to its end, and sees that it leaves no task behind."""

    async def watched() -> None:
        async with asyncio.timeout(LIMIT_S):
            await work()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(watched())


@given(acyclic(), st.data())
def test_every_step_runs_once_when_it_may_or_is_left_out_once(
    graph: Graph, data: st.DataObject
) -> None:
    failing = data.draw(st.sets(st.sampled_from(sorted(graph)), max_size=2)) if graph else set()

    async def work() -> None:
        steps = Steps(graph)
        running = steps.run()
        await settle()
        while steps.going:
            could = {s for s in graph if all(steps.ended.get(o) for o in graph[s])}
            assert set(steps.going) == could - set(steps.ended), "independent steps run at once"
            step = data.draw(st.sampled_from(sorted(steps.going)))
            steps.end(step, step not in failing)
            await settle()
        await running
        downstream = {step: reached(graph, graph[step]) & failing for step in graph}
        assert sorted(steps.begun) == sorted(s for s in graph if not downstream[s])
        assert sorted(s for s, _ in steps.left_out) == sorted(s for s in graph if downstream[s])
        for step, reason in steps.left_out:
            assert reason in downstream[step]
            assert steps.ended[reason] is False

    run(work)


@given(acyclic().filter(bool), st.data())
def test_the_whole_is_cancelled_at_any_time(graph: Graph, data: st.DataObject) -> None:
    ended = data.draw(st.integers(0, len(graph) - 1))

    async def work() -> None:
        steps = Steps(graph)
        running = steps.run()
        await settle()
        for _ in range(ended):
            steps.end(data.draw(st.sampled_from(sorted(steps.going))), True)
            await settle()
        going = sorted(steps.going)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert sorted(steps.cancelled) == going
        assert steps.left_out == []
        assert sorted(steps.begun) == sorted([*going, *steps.ended])

    run(work)


@pytest.mark.parametrize("answer", [True, False])
def test_a_step_that_ends_while_all_is_cancelled_starts_nothing(answer: bool) -> None:
    begun: list[str] = []
    left_out: list[str] = []

    async def work() -> None:
        async def execute(step: str) -> bool:
            begun.append(step)
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                return answer
            return True

        graph = {"a": [], "b": ["a"]}
        running = asyncio.create_task(
            run_in_order(graph, execute, lambda step, _: left_out.append(step))
        )
        await settle()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    run(work)
    assert begun == ["a"]
    assert left_out == []


def test_an_error_of_a_step_ends_the_others() -> None:
    async def work() -> None:
        steps = Steps({"a": [], "b": [], "c": ["a"]})
        running = steps.run()
        await settle()
        steps.going["a"].set_exception(ZeroDivisionError())
        with pytest.raises(ExceptionGroup) as raised:
            await running
        assert isinstance(raised.value.exceptions[0], ZeroDivisionError)
        assert steps.cancelled == ["b"]
        assert steps.begun == ["a", "b"]

    run(work)


def test_a_long_chain_whose_first_step_fails_is_left_out_to_its_end() -> None:
    count = 5_000
    left_out: list[str] = []

    async def work() -> None:
        async def execute(step: str) -> bool:
            return False

        graph: Graph = {"0": [], **{str(n): [str(n - 1)] for n in range(1, count)}}
        await run_in_order(graph, execute, lambda step, _: left_out.append(step))

    run(work)
    assert left_out == [str(n) for n in range(1, count)]
