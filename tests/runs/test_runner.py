"""Runs from queued to their end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from fourfold.errors import FourfoldError
from fourfold.llm.integration import ModelError
from fourfold.runs.live import MOST_CHARACTERS
from runs.support import Bench, ScriptedIntegration, idle


@pytest.fixture
async def bench():
    made = Bench()
    yield made
    async with asyncio.timeout(30):
        await made.runner.close()


async def test_a_run_goes_from_queued_to_succeeded(bench: Bench) -> None:
    [run] = await bench.start(bench.request(parameters={"temperature": 0}, inputs={"a": 1}))
    assert run.status == "queued"
    assert bench.store.runs[run.id].status == "queued"
    call = await bench.integration.call()
    assert call.request.model == "small-1"
    assert call.request.messages == [{"role": "user", "content": "Hello"}]
    assert call.request.parameters == {"temperature": 0}
    await bench.clock.advance(0.3)
    call.send("Good ", "day")
    await bench.clock.advance(1.0)
    call.finish(input_tokens=7, output_tokens=2)
    [stored] = await bench.wait(run)
    assert stored.status == "succeeded"
    assert stored.response == "Good day"
    assert (stored.first_token_ms, stored.duration_ms) == (300, 1300)
    assert (stored.input_tokens, stored.output_tokens, stored.cost_usd) == (7, 2, 0.5)
    assert stored.started == datetime(2026, 11, 22, tzinfo=UTC)
    assert (stored.model, stored.inputs, stored.parameters) == (
        "small",
        {"a": 1},
        {"temperature": 0},
    )
    assert bench.statuses(run) == ["queued", "running", "succeeded"]
    assert bench.runner.live(run.id) is None
    assert call.closed.is_set()


async def test_a_response_without_end_is_cut_off_and_the_connection_closed(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    for _ in range(9):
        call.send("é" * 1_000_000)
    [stored] = await bench.wait(*runs)
    assert call.closed.is_set()
    assert stored.status == "failed"
    assert stored.response == "é" * MOST_CHARACTERS
    assert (stored.truncated, stored.error_kind, stored.finish_reason) == (True, "misfit", None)
    assert "went on without end" in (stored.error or "")


async def test_the_time_before_a_request_goes_out_is_not_the_models(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    await bench.clock.advance(0.7)
    call.sent()
    await bench.clock.advance(0.2)
    call.send("Hi")
    await bench.clock.advance(0.1)
    call.finish()
    [stored] = await bench.wait(*runs)
    assert stored.started == datetime(2026, 11, 22, microsecond=700_000, tzinfo=UTC)
    assert (stored.first_token_ms, stored.duration_ms) == (200, 300)


async def test_runs_are_added_in_one_transaction_with_ids_in_order(bench: Bench) -> None:
    runs = await bench.start(*[bench.request(str(n)) for n in range(20)])
    assert bench.store.inserts == [20]
    assert sorted(run.id for run in runs) == [run.id for run in runs]
    assert len({run.id for run in runs}) == 20


async def test_tokens_and_cost_stay_unknown_where_the_endpoint_gives_none(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    call.send("x")
    call.finish()
    [stored] = await bench.wait(*runs)
    assert (stored.input_tokens, stored.output_tokens, stored.cost_usd) == (None, None, None)


async def test_a_price_that_cannot_be_worked_out_loses_no_response(bench: Bench) -> None:
    def broken(*_: object) -> float:
        raise LookupError

    bench.runner._price = broken
    runs = await bench.start()
    call = await bench.integration.call()
    call.send("x")
    call.finish(1, 1)
    [stored] = await bench.wait(*runs)
    assert (stored.status, stored.response, stored.cost_usd) == ("succeeded", "x", None)


async def test_a_failed_run_keeps_its_partial_text_and_the_models_words(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    call.send("Half of")
    call.fail(ModelError("The endpoint answered 500; try again."))
    [stored] = await bench.wait(*runs)
    assert stored.status == "failed"
    assert stored.error == "The endpoint answered 500; try again."
    assert stored.response == "Half of"


async def test_an_unexpected_error_of_our_own_is_told_without_its_text(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptedIntegration, "__module__", "fourfold.llm.scripted")
    runs = await bench.start()
    (await bench.integration.call()).fail(ValueError("sk-secret"))
    [stored] = await bench.wait(*runs)
    assert stored.status == "failed"
    assert stored.error is not None
    assert "ValueError" in stored.error
    assert "sk-secret" not in stored.error
    assert "sk-secret" not in caplog.text
    assert "ValueError" in caplog.text


async def test_one_failing_run_leaves_the_others_alone(bench: Bench) -> None:
    runs = await bench.start(bench.request("a"), bench.request("b"))
    (await bench.integration.call(0)).fail(ModelError("No."))
    (await bench.integration.call(1)).finish()
    assert [run.status for run in await bench.wait(*runs)] == ["failed", "succeeded"]


async def test_each_integration_has_its_own_limit() -> None:
    bench = Bench(integration=ScriptedIntegration("first", concurrency=2))
    other = ScriptedIntegration("second", concurrency=1)
    model = bench.request().model
    runs = await bench.start(
        *[bench.request(str(n)) for n in range(4)],
        *[bench.request(str(n), model=type(model)(other, "m", "m")) for n in range(2)],
    )
    await idle()
    assert (bench.integration.open, other.open) == (2, 1)
    bench.integration.calls[0].finish()
    await bench.wait(runs[0])
    await idle()
    assert (len(bench.integration.calls), bench.integration.open) == (3, 2)
    assert [bench.runner.live(run.id).status for run in runs[1:]] == [
        *("running", "running", "queued"),
        *("running", "queued"),
    ]
    await bench.runner.close()


async def test_the_general_limit_bounds_every_integration() -> None:
    bench = Bench(integration=ScriptedIntegration(concurrency=5), at_once=3)
    await bench.start(*[bench.request(str(n)) for n in range(6)])
    await idle()
    assert bench.integration.open == 3
    await bench.runner.close()


async def test_a_streaming_response_is_told_at_most_ten_times_a_second(bench: Bench) -> None:
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    bench.changes.clear()
    for _ in range(100):
        call.send("word ", "word ")
        await bench.clock.advance(0.01)
    texts = [change.response for change in bench.changes]
    assert len(texts) in (9, 10)
    assert texts == sorted(texts)
    assert bench.runner.live(run.id).response == "word " * 200
    bench.changes.clear()
    await bench.clock.advance(1)
    assert len(bench.changes) <= 1


async def test_partial_text_is_stored_twice_a_second_for_all_runs_at_once(bench: Bench) -> None:
    runs = await bench.start(bench.request("a"), bench.request("b"))
    for number in range(2):
        (await bench.integration.call(number)).send("so far")
    await bench.clock.advance(0.5)
    assert bench.store.checkpoints == [{run.id: "so far" for run in runs}]
    bench.integration.calls[1].send("…")
    await bench.clock.advance(1.0)
    assert bench.store.checkpoints[1:] == [{runs[1].id: "so far…"}]


async def test_a_checkpoint_never_overwrites_an_ended_run(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    call.send("half")
    await idle()
    held = asyncio.Event()
    write = bench.in_store

    async def slow(function, *arguments):
        await held.wait()
        return await write(function, *arguments)

    bench.runner._recorder._in_store = slow
    await bench.clock.advance(0.5)
    call.send(" whole")
    call.finish()
    await idle()
    held.set()
    [stored] = await bench.wait(*runs)
    await idle()
    assert bench.store.runs[stored.id].response == "half whole"


async def test_a_version_that_is_pushed_out_meanwhile_takes_its_run_with_it(bench: Bench) -> None:
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    bench.store.runs.clear()
    call.send("anyway")
    call.finish()
    await bench.runner.wait([run.id])
    assert bench.store.runs == {}
    assert bench.changes[-1].status == "succeeded"
    assert bench.changes[-1].response == "anyway"
    assert bench.errors == []


async def test_halves_of_characters_are_joined_or_replaced(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    call.send("ok \ud83d", "\ude00 é \ud83d")
    call.finish()
    [stored] = await bench.wait(*runs)
    assert stored.response == "ok 😀 é \ufffd"


async def test_a_listener_that_fails_stops_nothing(bench: Bench) -> None:
    def broken(_: object) -> None:
        raise RuntimeError

    bench.runner._on_change = broken
    runs = await bench.start()
    (await bench.integration.call()).finish()
    [stored] = await bench.wait(*runs)
    assert stored.status == "succeeded"


async def test_runs_that_cannot_be_added_are_not_started(bench: Bench) -> None:
    bench.store.error = FourfoldError("The disk is full.")
    with pytest.raises(FourfoldError, match=r"The disk is full\."):
        await bench.start()
    await idle()
    assert bench.integration.calls == []
    assert bench.runner.going() == []


async def test_a_start_that_is_cancelled_still_starts_what_was_added(bench: Bench) -> None:
    starting = asyncio.create_task(bench.start())
    await asyncio.sleep(0)
    starting.cancel()
    (await bench.integration.call()).finish()
    await idle()
    assert [run.status for run in bench.store.runs.values()] == ["succeeded"]


async def test_a_response_cut_off_at_the_limit_is_marked(bench: Bench) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    call.send("cut of")
    call.finish(3, 4, "length")
    [stored] = await bench.wait(*runs)
    assert (stored.status, stored.response) == ("succeeded", "cut of")
    assert (stored.finish_reason, stored.truncated, stored.error_kind) == ("length", True, None)


async def test_a_whole_response_says_so(bench: Bench) -> None:
    runs = await bench.start()
    (await bench.integration.call()).finish(reason="stop")
    [stored] = await bench.wait(*runs)
    assert (stored.finish_reason, stored.truncated, stored.error_kind) == ("stop", False, None)


async def test_a_part_of_a_response_passes_no_rule(bench: Bench) -> None:
    seen: list[str] = []
    runs = await bench.start(bench.request(rule="markdown", accept=seen.append))
    call = await bench.integration.call()
    call.send("# Half")
    call.finish(3, 4, "length")
    [stored] = await bench.wait(*runs)
    assert (stored.status, stored.error_kind, stored.truncated) == ("failed", "misfit", True)
    assert "cut off at the limit of tokens; raise maxOutputTokens" in (stored.error or "")
    assert (stored.response, stored.cost_usd, seen) == ("# Half", 0.5, [])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ModelError("No key.", "unauthorized"), "unauthorized"),
        (ModelError("Nothing to run it on."), "no_model"),
        (FourfoldError("No."), "own"),
        (RuntimeError("No."), "own"),
    ],
)
async def test_a_failed_run_says_of_which_kind_and_what_it_cost(
    error: Exception, kind: str, bench: Bench
) -> None:
    runs = await bench.start()
    call = await bench.integration.call()
    call.used(3, 4)
    call.fail(error)
    [stored] = await bench.wait(*runs)
    assert (stored.error_kind, stored.input_tokens, stored.cost_usd) == (kind, 3, 0.5)


async def test_a_run_keeps_what_was_really_sent(bench: Bench) -> None:
    runs = await bench.start(bench.request(parameters={"temperature": 1, "max_output_tokens": 9}))
    call = await bench.integration.call()
    call.sent(parameters={"max_tokens": 9, "temperature": 1})
    call.sent(parameters={"max_tokens": 9}, adjustments=("No temperature.",))
    call.teach("No warmth.")
    call.finish()
    [stored] = await bench.wait(*runs)
    assert stored.parameters == {"max_tokens": 9}
    assert (stored.adjustments, bench.news) == (("No temperature.",), ["No warmth."])
