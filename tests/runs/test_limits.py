"""How many runs go on at once: what an endpoint takes, found by asking it."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import RefusedError, ResolvedModel
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from fourfold.runs.clock import SystemClock
from fourfold.runs.limits import FIRST, Limits
from runs.support import Bench, ScriptedIntegration, idle
from support.scripted_model import ScriptedModel, scripted_model, status, tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.store.records import Run
    from support.scripted_model import Exchange


@pytest.fixture
def bench() -> Bench:
    return Bench()


class Strict:
    """An endpoint that takes so many at once, and refuses more; it notes how many there were."""

    def __init__(self, most: int, took_s: float, headers: dict[str, str] | None = None) -> None:
        self.most = most
        self.going = 0
        self.refusals = 0
        self.samples: list[tuple[float, int]] = []
        self._took_s = took_s
        self._refuse = status(429, "Slow down", headers or {})

    async def __call__(self, exchange: Exchange) -> None:
        if self.going >= self.most:
            self.refusals += 1
            await self._refuse(exchange)
            return
        self._note(1)
        await asyncio.sleep(self._took_s)
        await tokens("ok")(exchange)
        self._note(-1)

    def _note(self, change: int) -> None:
        self.going += change
        self.samples.append((time.monotonic(), self.going))

    def share_near_limit(self) -> float:
        """How much of the time, after a third of it, at least two thirds of the limit went on."""
        begun, ended = self.samples[0][0], self.samples[-1][0]
        near = total = 0.0
        for (at, going), (until, _) in zip(self.samples, self.samples[1:], strict=False):
            if at > begun + (ended - begun) / 3:
                total += until - at
                near += (until - at) * (3 * going >= 2 * self.most)
        return near / total


@asynccontextmanager
async def bench_at(model: ScriptedModel, at_once: int | None = None) -> AsyncIterator[Bench]:
    client = EndpointClient(Endpoint(model.base_url))
    integration = OpenAICompatibleIntegration("real", client)
    bench = Bench(clock=SystemClock(), at_once=at_once)  # type: ignore[arg-type]
    bench.integration = integration  # type: ignore[assignment]
    try:
        yield bench
    finally:
        await bench.runner.close()
        await client.close()


async def carried_out(bench: Bench, count: int) -> list[Run]:
    runs = await bench.start(*[bench.request(str(number)) for number in range(count)])
    async with asyncio.timeout(60):
        await bench.runner.wait([run.id for run in runs])
    return [bench.store.runs[run.id] for run in runs]


@pytest.mark.parametrize("most", [3, 12, 24])
async def test_an_endpoint_is_used_as_far_as_it_goes_and_no_run_is_lost(most: int) -> None:
    endpoint = Strict(most, 0.03 * most + 0.1)
    async with scripted_model(endpoint) as model, bench_at(model) as bench:
        runs = await carried_out(bench, 12 * most)
    assert {run.status for run in runs} == {"succeeded"}
    assert endpoint.refusals > 0
    assert endpoint.refusals < FIRST + len(runs) / 4
    assert endpoint.share_near_limit() > 0.5


async def test_what_does_not_refuse_gets_more() -> None:
    endpoint = Strict(1000, 0.5)
    async with scripted_model(endpoint) as model, bench_at(model) as bench:
        runs = await carried_out(bench, 240)
        assert bench.runner.at_once_now(runs_model(bench)) == 64
    assert {run.status for run in runs} == {"succeeded"}
    assert max(going for _, going in endpoint.samples) > 40  # on a machine that has time for it, 64
    assert endpoint.samples[FIRST - 1][1] == FIRST


@pytest.mark.parametrize(("used", "then"), [(FIRST, 2 * FIRST), (FIRST - 1, FIRST), (1, FIRST)])
async def test_room_doubles_where_all_of_it_was_used_however_late_it_is_used_again(
    bench: Bench, used: int, then: int
) -> None:
    bench.integration.concurrency = 64
    limits, model = Limits(None, bench.clock), runs_model(bench)
    async with AsyncExitStack() as going:
        turns = [await going.enter_async_context(limits.turn(model)) for _ in range(used)]
        for turn in turns:
            turn.answered(0.1)
    assert limits.now(model) == then
    async with limits.turn(model) as alone:  # a call that goes on by itself proves nothing more
        alone.answered(0.1)
    assert limits.now(model) == then


async def test_the_limit_of_the_user_is_never_passed() -> None:
    endpoint = Strict(1000, 0.02)
    async with scripted_model(endpoint) as model, bench_at(model, at_once=5) as bench:
        await carried_out(bench, 60)
    assert max(going for _, going in endpoint.samples) == 5


async def test_nothing_is_asked_before_the_time_that_a_refusal_names() -> None:
    arrived: list[float] = []

    async def script(exchange: Exchange) -> None:
        arrived.append(time.monotonic())
        answer = tokens("ok") if len(arrived) > FIRST else status(429, "", {"retry-after": "1"})
        await answer(exchange)

    async with scripted_model(script) as model, bench_at(model) as bench:
        runs = await carried_out(bench, FIRST + 14)
    assert {run.status for run in runs} == {"succeeded"}
    assert len(arrived) == 2 * FIRST + 14
    assert arrived[FIRST] - arrived[FIRST - 1] > 0.9


@pytest.mark.parametrize(
    ("headers", "code", "calls"),
    [
        ({"retry-after": "600"}, None, 1),  # too long to wait for
        ({}, "insufficient_quota", 1),
        ({"x-should-retry": "false"}, None, 1),
    ],
)
async def test_what_will_not_pass_is_not_waited_for(
    headers: dict[str, str], code: str | None, calls: int
) -> None:
    refused = status(429, "No", headers, **({"code": code} if code else {}))
    async with scripted_model(refused) as model, bench_at(model) as bench:
        [run] = await carried_out(bench, 1)
        assert (run.status, run.error_kind) == ("failed", "rate_limited")
        assert len(model.requests) == calls


async def test_an_endpoint_that_refuses_for_ever_is_told_of(bench: Bench) -> None:
    [run] = await bench.start()
    for number in range(21):
        (await bench.integration.call(number)).fail(RefusedError("Too many.", None))
        await bench.clock.advance(8)
    [ended] = await bench.wait(run)
    assert (ended.status, ended.error, ended.error_kind) == ("failed", "Too many.", "rate_limited")


async def test_one_that_waits_can_be_cancelled(bench: Bench) -> None:
    first, second = await bench.start(bench.request("a"), bench.request("b"))
    (await bench.integration.call()).fail(RefusedError("Too many.", 30))
    await idle()
    bench.runner.cancel([first.id])
    await bench.wait(first)
    (await bench.integration.call(1)).finish()
    [ended] = await bench.wait(second)
    assert ended.status == "succeeded"
    [third] = await bench.start()
    await idle()
    assert len(bench.integration.calls) == 2
    await bench.clock.advance(31)
    (await bench.integration.call(2)).finish()
    assert [run.status for run in await bench.wait(third)] == ["succeeded"]


async def test_an_endpoint_that_queues_gets_no_more(bench: Bench) -> None:
    """It does not refuse, but answers later and later, which would end in time-outs."""
    bench.integration.concurrency = 64
    runs = await bench.start(*[bench.request(str(number)) for number in range(FIRST + 24)])
    await idle()
    assert len(bench.integration.calls) == FIRST
    (await bench.integration.call(0)).send("quick")
    bench.integration.calls[0].finish()
    await bench.wait(runs[0])
    await bench.clock.advance(2)
    for number in range(1, FIRST):
        (await bench.integration.call(number)).send("slow")
        bench.integration.calls[number].finish()
    await bench.wait(*runs[:FIRST])
    await idle()
    assert bench.integration.open <= FIRST + 1
    await bench.runner.close()


async def test_names_of_one_endpoint_share_its_limit() -> None:
    bench = Bench(integration=ScriptedIntegration("one", concurrency=64))
    other = ScriptedIntegration("two", concurrency=64)
    models = [
        ResolvedModel(integration, "m", "m", "https://models.example")
        for integration in (bench.integration, other)
    ]
    await bench.start(*[bench.request(str(n), model=models[n % 2]) for n in range(40)])
    await idle()
    assert bench.integration.open + other.open == FIRST
    await bench.runner.close()


def runs_model(bench: Bench) -> ResolvedModel:
    return bench.request().model
