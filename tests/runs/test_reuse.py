"""Identical requests are answered from what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from fourfold.llm.integration import ResolvedModel
from fourfold.runs.fingerprint import fingerprint
from runs.support import Bench, ScriptedIntegration

MESSAGES = [{"role": "user", "content": "Hello"}]


async def test_an_identical_request_takes_over_the_response() -> None:
    bench = Bench()
    [first] = await bench.start()
    call = await bench.integration.call()
    call.send("Answer")
    await bench.clock.advance(2)
    call.finish(5, 6)
    await bench.wait(first)
    [second] = await bench.start(bench.request(version=4, named=True, test="short", fresh=False))
    assert second.id != first.id
    assert (second.status, second.cached, second.cost_usd) == ("succeeded", True, 0.0)
    assert (second.response, second.version, second.test) == ("Answer", 4, "short")
    assert (second.duration_ms, second.input_tokens, second.output_tokens) == (2000, 5, 6)
    assert bench.store.runs[second.id] == second
    assert bench.statuses(second) == ["succeeded"]
    assert len(bench.integration.calls) == 1


async def test_a_fresh_run_asks_the_model_again() -> None:
    bench = Bench()
    [first] = await bench.start()
    (await bench.integration.call()).finish()
    await bench.wait(first)
    [second] = await bench.start(bench.request(fresh=True))
    (await bench.integration.call(1)).send("New")
    bench.integration.calls[1].finish()
    [stored] = await bench.wait(second)
    assert (stored.cached, stored.response) == (False, "New")


async def test_a_response_that_is_not_whole_is_not_taken_over() -> None:
    bench = Bench()
    [first] = await bench.start()
    (await bench.integration.call()).send("Half")
    bench.runner.cancel()
    await bench.wait(first)
    [second] = await bench.start(bench.request(fresh=False))
    assert second.status == "queued"
    await bench.runner.close()


async def test_a_response_that_was_cut_off_is_not_taken_over() -> None:
    bench = Bench()
    [first] = await bench.start()
    call = await bench.integration.call()
    call.send("Half")
    call.finish(reason="length")
    await bench.wait(first)
    [second] = await bench.start(bench.request(fresh=False))
    assert second.status == "queued"
    await bench.runner.close()


async def test_a_response_taken_over_says_how_it_came_about() -> None:
    bench = Bench()
    [first] = await bench.start()
    call = await bench.integration.call()
    call.sent(parameters={"seed": 1}, adjustments=("No temperature.",))
    call.finish(reason="stop")
    await bench.wait(first)
    [second] = await bench.start(bench.request(fresh=False))
    assert (second.finish_reason, second.parameters, second.adjustments) == (
        "stop",
        {"seed": 1},
        ("No temperature.",),
    )


def printed(**changes: Any) -> str:
    integration = ScriptedIntegration()
    given = {
        "model": ResolvedModel(integration, "m", "label"),
        "messages": MESSAGES,
        "parameters": {"temperature": 0, "seed": 1},
        "repeat": 1,
        **changes,
    }
    return fingerprint(**given)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": ResolvedModel(ScriptedIntegration(), "m", "other")},
        {"model": ResolvedModel(ScriptedIntegration(), "m", "label", options={"top_p": 1})},
        {"model": ResolvedModel(ScriptedIntegration(), "n", "label")},
        {"messages": [{"role": "system", "content": "Hello"}]},
        {"messages": [*MESSAGES, *MESSAGES]},
        {"parameters": {"temperature": 0}},
        {"repeat": 2},
    ],
)
def test_any_difference_in_the_request_is_another_fingerprint(changes: dict[str, Any]) -> None:
    assert printed(**changes) != printed()


def test_a_fingerprint_stays_the_same_over_processes_and_orders() -> None:
    assert printed(parameters={"seed": 1, "temperature": 0}) == printed()
    assert printed(parameters={"additional": {1: "a", "b": 2}})
    assert printed() == "8758bd0fa92b54159255613a163446ca"
