"""The workflow cancelled between any two things that it does."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm.integration import ChatRequest, Delta
from workflow.support import Bench, Model, bench

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from fourfold.llm.integration import Usage
    from fourfold.store.records import WorkflowRun

LIMIT_S = 60
STEPS = ("a", "b", "c")
CHAIN = """
steps:
  a: {}
  b: {inputs: {text: {step: a}}, response: {kind: markdown}}
  c: {}
"""


class SlowModel(Model):
    """A model whose response takes a few turns of the event loop."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta | Usage, None]:
        async for event in super().stream(request):
            for _ in range(2):
                await asyncio.sleep(0)
                yield Delta("…")
            yield event


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """In place of a thread, so that each run takes the same turns of the event loop."""
    await asyncio.sleep(0)
    return function(*arguments)


def write(made: Bench, number: int) -> None:
    """Prompts that were never asked."""
    made.write("a", f"A{number}")
    made.write("b", f"B{number} {{{{ text }}}}")
    made.write("c", f"C{number}")


async def cancel_whole(made: Bench, running: asyncio.Task[WorkflowRun]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def cancel_steps(made: Bench, running: asyncio.Task[WorkflowRun]) -> None:
    for execution in made.workflow.executions:
        execution.cancel()
    await running


@pytest.mark.parametrize("cancel", [cancel_whole, cancel_steps])
async def test_cancelled_at_any_turn_nothing_finished_is_lost(
    cancel: Callable[[Bench, asyncio.Task[WorkflowRun]], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncio, "to_thread", at_once)
    outcomes: set[tuple[str, ...]] = set()
    async with asyncio.timeout(LIMIT_S), bench(tmp_path, SlowModel()) as made:
        made.configure(CHAIN)
        turns = 0
        while True:
            write(made, turns)
            known = {run.id for run in made.project.store.workflow_runs(1000)}
            running = asyncio.create_task(made.workflow.start_workflow())
            for _ in range(turns):
                await asyncio.sleep(0)
            if running.done():
                break
            await cancel(made, running)
            outcomes.add(await check(made, known))
            turns += 1
        await running
    assert turns > 30
    for step in range(len(STEPS)):
        assert {outcome[step] for outcome in outcomes} >= {"succeeded", "cancelled"}
    assert ("succeeded", "cancelled", "succeeded") in outcomes


async def check(made: Bench, known: set[str]) -> tuple[str, ...]:
    """Checks what a cancelled run has left behind, and runs the rest; how its steps stood."""
    store = made.project.store
    states = await made.states()
    assert set(states.values()) <= {"succeeded", "cancelled", "not_started", "stale"}
    if new := [run for run in store.workflow_runs(1000) if run.id not in known]:
        (ended,) = new
        assert ended.status in ("cancelled", "succeeded")
        assert ended.ended is not None
        went = {one.step: one.status for one in store.step_runs(ended.id)}
        assert set(went) == set(STEPS)
        assert set(went.values()) <= {"succeeded", "cancelled"}
        for step, status in went.items():
            assert status == "cancelled" or states[step] == "succeeded"
    assert not made.workflow.executions
    watching = made.engine.runner._watching
    assert asyncio.all_tasks() <= {asyncio.current_task(), watching}
    before = len(made.model.asked)
    await made.workflow.start_workflow()
    again = sorted(text[0].lower() for text in made.model.asked[before:])
    assert again == [step for step in STEPS if states[step] != "succeeded"]
    assert set((await made.states()).values()) == {"succeeded"}
    return tuple(states[step] for step in STEPS)


async def test_cancelled_while_the_response_is_processed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, read_on = threading.Event(), threading.Event()

    def slow(response: str) -> str:
        reading.set()
        assert read_on.wait(LIMIT_S)
        return response

    monkeypatch.setattr("fourfold.steps.responses.markdown.read_markdown", slow)
    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as made:
        made.configure(CHAIN)
        write(made, 1)
        running = asyncio.create_task(made.workflow.start_workflow())
        await asyncio.to_thread(reading.wait, LIMIT_S)
        made.workflow.executions[0].cancel(step="b")
        read_on.set()
        ended = await running
        assert ended.status == "cancelled"
        assert await made.states() == {"a": "succeeded", "b": "cancelled", "c": "succeeded"}
        assert await made.ran() == ["B1 (A1)"]


async def test_the_same_step_cancelled_twice_is_cancelled_once(tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as made:
        made.configure(CHAIN)
        write(made, 1)
        made.model.hold("A1")
        running = asyncio.create_task(made.workflow.start_workflow())
        while "A1" not in made.model.asked:
            await asyncio.sleep(0)
        await made.model.arrived["A1"].wait()
        execution = made.workflow.executions[0]
        assert execution.cancel(step="b") == [execution.promised["b"]]
        assert execution.cancel(step="b") == []
        made.model.release("A1")
        ended = await running
        assert ended.status == "cancelled"
        assert await made.states() == {"a": "succeeded", "b": "not_started", "c": "succeeded"}
        went = {one.step: one.error for one in made.project.store.step_runs(ended.id)}
        assert went == {"a": None, "b": None, "c": None}
