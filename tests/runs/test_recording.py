"""A store that fails loses no response."""

from __future__ import annotations

import asyncio

import pytest

from fourfold.errors import FourfoldError
from fourfold.user.secret import MASK, Secret
from runs.support import LIMIT_S, Bench, idle

FULL = FourfoldError("The disk is full; free some space.")


async def test_a_response_that_cannot_be_stored_is_kept_and_stored_later() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    bench.store.error = FULL
    call.send("Precious")
    call.finish()
    async with asyncio.timeout(LIMIT_S):
        await bench.runner.wait([run.id])
    assert bench.runner.live(run.id).response == "Precious"
    assert bench.changes[-1].status == "succeeded"
    assert [str(error) for error in bench.errors] == [
        "Responses cannot be stored at the moment and are kept in memory until they can: "
        "The disk is full; free some space."
    ]
    await bench.clock.advance(10)
    assert len(bench.errors) == 1
    bench.store.error = None
    await bench.clock.advance(30)
    assert bench.store.runs[run.id].response == "Precious"
    assert bench.runner.live(run.id) is None
    await bench.runner.close()


async def test_a_second_trouble_is_told_again() -> None:
    bench = Bench()
    for number in range(2):
        [run] = await bench.start()
        call = await bench.integration.call(number)
        await idle()
        bench.store.error = FULL
        call.finish()
        await bench.runner.wait([run.id])
        bench.store.error = None
        await bench.clock.advance(60)
    assert len(bench.errors) == 2


async def test_nobody_waits_for_what_is_being_stored_when_all_is_given_up() -> None:
    """As asyncio does after a second Ctrl-C: it cancels every task that there is."""
    bench = Bench()
    runs = await bench.start(bench.request(), bench.request("Other"))
    call = await bench.integration.call()
    await idle()
    before = asyncio.all_tasks()
    stored = asyncio.Event()

    async def slowly(function: object, *arguments: object) -> None:
        await stored.wait()

    bench.runner._recorder._in_store = slowly  # type: ignore[assignment]
    call.finish()
    waiting = asyncio.create_task(bench.runner.wait([runs[0].id]))
    await idle()
    for task in asyncio.all_tasks() - before - {waiting}:
        task.cancel()  # among them the one that stores
    async with asyncio.timeout(LIMIT_S):
        await waiting


async def test_closing_tries_once_more_and_tells_what_is_lost() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    bench.store.error = FULL
    call.send("Precious")
    call.finish()
    await bench.runner.wait([run.id])
    bench.errors.clear()
    async with asyncio.timeout(LIMIT_S):
        await bench.runner.close()
    assert [str(error) for error in bench.errors] == [
        "1 response could not be stored and is lost: The disk is full; free some space."
    ]


async def test_closing_stores_what_could_not_be_stored_before() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    bench.store.error = FULL
    call.send("Precious")
    call.finish()
    await bench.runner.wait([run.id])
    bench.store.error = None
    bench.errors.clear()
    async with asyncio.timeout(LIMIT_S):
        await bench.runner.close()
    assert bench.store.runs[run.id].response == "Precious"
    assert bench.errors == []


async def test_one_run_that_cannot_be_stored_holds_up_no_other() -> None:
    bench = Bench()
    bad, good = await bench.start(bench.request("a", version=1), bench.request("b", version=2))
    calls = [await bench.integration.call(n) for n in range(2)]
    await idle()
    bench.store.refuse = lambda run: ValueError("odd") if run.version == 1 else None
    for call in calls:
        call.finish()
    await bench.wait(bad, good)
    assert bench.store.runs[good.id].status == "succeeded"
    assert bench.runner.live(bad.id).status == "succeeded"
    await bench.clock.advance(120)
    assert len(bench.errors) == 1
    bench.store.refuse = lambda _: None
    await bench.clock.advance(60)
    assert bench.store.runs[bad.id].status == "succeeded"


async def test_a_checkpoint_that_fails_is_made_good_by_the_next() -> None:
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    await idle()
    bench.store.error = FULL
    for text in ("one", ",", " two"):
        call.send(text)
        await bench.clock.advance(0.5)
    bench.store.error = None
    call.send(" three")
    await bench.clock.advance(0.5)
    assert bench.store.runs[run.id].response == "one, two three"
    assert len(bench.errors) == 1
    await bench.runner.close()


KEY = "sk-canary-of-recording-1"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (f"a {KEY} b", f"a {MASK} b"),
        (KEY * 2, MASK * 2),
        ("ollama", "ollama"),
        ("half \ud83d", None),
    ],
)
async def test_a_known_key_is_kept_nowhere(sent: str, kept: str | None) -> None:
    for key in (KEY, "ollama", "lm-studio"):
        Secret(key)
    bench = Bench()
    [run] = await bench.start()
    call = await bench.integration.call()
    call.send(sent[:5], sent[5:])
    call.fail(FourfoldError(f"No: {sent.encode(errors='replace').decode()}"))
    async with asyncio.timeout(LIMIT_S):
        await bench.runner.wait([run.id])
    stored = bench.store.runs[run.id]
    assert stored.response == (kept or "half \ufffd")
    assert KEY not in str(stored)
    assert KEY not in str(bench.changes)
    await bench.runner.close()
