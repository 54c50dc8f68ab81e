"""Cancelling runs and closing the runner."""

from __future__ import annotations

import asyncio
import time

import pytest

from fourfold.errors import FourfoldError
from fourfold.llm.integration import ModelError
from runs.support import LIMIT_S, Bench, ScriptedIntegration, idle


async def test_a_cancelled_run_closes_its_stream_and_keeps_its_text() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    call.send("So far")
    await idle()
    begun = time.perf_counter()
    assert bench.runner.cancel([run.id]) == [run.id]
    async with asyncio.timeout(LIMIT_S):
        await call.closed.wait()
    assert time.perf_counter() - begun < 2
    [stored] = await bench.wait(run)
    assert (stored.status, stored.response, stored.error) == ("cancelled", "So far", None)
    assert stored.error_kind == "cancelled"
    assert bench.statuses(run) == ["queued", "running", "cancelled"]


async def test_a_queued_run_is_cancelled_without_a_call() -> None:
    bench = Bench(integration=ScriptedIntegration(concurrency=1))
    first, second = await bench.start(bench.request("a"), bench.request("b"))
    await bench.integration.call()
    bench.runner.cancel([second.id])
    [stored] = await bench.wait(second)
    assert stored.status == "cancelled"
    assert (stored.started, stored.duration_ms) == (None, None)
    bench.integration.calls[0].finish()
    await bench.wait(first)
    assert len(bench.integration.calls) == 1


async def test_a_run_is_cancelled_before_its_first_step() -> None:
    bench = Bench()
    cancelled: list[list[str]] = []
    bench.runner._on_change = lambda run: (
        cancelled.append(bench.runner.cancel()) if run.status == "queued" else None
    )
    [run] = await bench.start()
    assert cancelled == [[run.id]]
    [stored] = await bench.wait(run)
    assert stored.status == "cancelled"
    assert bench.integration.calls == []


async def test_cancelling_by_step_leaves_other_steps() -> None:
    bench = Bench()
    mine, other = await bench.start(bench.request("a"), bench.request("b", step="other"))
    await bench.integration.call(1)
    assert bench.runner.cancel(step="requirement") == [mine.id]
    bench.integration.calls[1].finish()
    assert [run.status for run in await bench.wait(mine, other)] == ["cancelled", "succeeded"]


async def test_only_what_is_going_on_can_be_cancelled() -> None:
    bench = Bench()
    [run] = await bench.start()
    (await bench.integration.call()).finish()
    await bench.wait(run)
    assert bench.runner.cancel([run.id, "unknown"]) == []
    [again] = await bench.start()
    await bench.integration.call(1)
    assert bench.runner.cancel() == [again.id]
    assert bench.runner.cancel() == []
    await bench.wait(again)


async def test_a_run_that_fails_while_it_is_cancelled_is_cancelled() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    call.fail(ModelError("The connection broke."))
    assert bench.runner.cancel() == [run.id]
    [stored] = await bench.wait(run)
    assert (stored.status, stored.error) == ("cancelled", None)


async def test_what_is_said_to_be_cancelled_is_cancelled() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    call.send("All of it")
    call.finish()
    # One step at a time, so that a cancellation meets every moment at the end of a run.
    while not (cancelled := bench.runner.cancel() if call.closed.is_set() else []):
        if not bench.runner.going():
            break
        await asyncio.sleep(0)
    [stored] = await bench.wait(run)
    assert stored.status == ("cancelled" if cancelled else "succeeded")
    assert stored.response == "All of it"


async def test_cancelling_does_not_take_a_place_away() -> None:
    bench = Bench(integration=ScriptedIntegration(concurrency=1))
    runs = await bench.start(*[bench.request(str(n)) for n in range(3)])
    await bench.integration.call()
    bench.runner.cancel([runs[0].id, runs[1].id])
    (await bench.integration.call(1)).finish()
    assert [run.status for run in await bench.wait(*runs)] == ["cancelled"] * 2 + ["succeeded"]


async def test_closing_cancels_and_stores_everything() -> None:
    bench = Bench(integration=ScriptedIntegration(concurrency=1))
    running, queued = await bench.start(bench.request("a"), bench.request("b"))
    call = await bench.integration.call()
    call.send("Partial")
    await idle()
    async with asyncio.timeout(LIMIT_S):
        await bench.runner.close()
    assert call.closed.is_set()
    assert bench.store.runs[running.id].response == "Partial"
    assert {bench.store.runs[run.id].status for run in (running, queued)} == {"cancelled"}
    with pytest.raises(FourfoldError, match="being stopped"):
        await bench.start()


async def test_closing_waits_for_runs_that_are_just_being_added() -> None:
    bench = Bench()
    starting = asyncio.create_task(bench.start())
    await asyncio.sleep(0)
    async with asyncio.timeout(LIMIT_S):
        await bench.runner.close()
        [run] = await starting
    assert bench.store.runs[run.id].status == "cancelled"


async def test_nothing_is_left_on_the_loop() -> None:
    before = asyncio.all_tasks()
    bench = Bench()
    runs = await bench.start(bench.request("a"), bench.request("b"))
    (await bench.integration.call(0)).finish()
    (await bench.integration.call(1)).finish()
    await bench.wait(*runs)
    await bench.clock.advance(1)
    assert asyncio.all_tasks() == before
