"""Cancelling runs: at once, for real, and only those that were meant."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from pygls.exceptions import JsonRpcException

from lsp.support.session import session, write
from support.scripted_model import Gate, hang, silence, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.session import Session

AT_ONCE = 2.0
"""Seconds that a busy machine may take for what waits for nothing."""


async def streaming(s: Session, *uris: str) -> None:
    """Waits until the documents show text that has arrived."""
    for uri in uris:
        while "half" not in await s.text(uri):
            seen = s.client.content_refreshes[uri]
            await s.client.until(lambda: s.client.content_refreshes[uri] > seen, "a refresh")  # noqa: B023


async def test_a_cancelled_run_closes_its_connection_and_keeps_its_text(tmp_path: Path) -> None:
    async with session(tmp_path, silence("half")) as s:
        (run,) = await s.run()
        exchange = await s.model.exchange()
        await streaming(s, run["uri"])
        begun = time.perf_counter()
        answer = await s.client.run("fourfold.cancelRuns", runs=[run["id"]])
        await exchange.until_closed()
        assert time.perf_counter() - begun < AT_ONCE
        assert answer == {"cancelled": [run["id"]]}
        ended = await s.ended()
        assert (ended["status"], ended["error"]) == ("cancelled", None)
        text = await s.text(run["uri"])
        assert "half" in text
        assert "cancelled" in text


async def test_only_the_runs_that_were_named_are_cancelled(tmp_path: Path) -> None:
    gate = Gate()
    async with session(tmp_path, tokens("whole", gate=gate)) as s:
        runs = await s.run(repeat=3)
        await s.model.exchange(2)
        answer = await s.client.run("fourfold.cancelRuns", uri=s.uri, runs=[runs[1]["id"], "x"])
        assert answer == {"cancelled": [runs[1]["id"]]}
        gate.open()
        progress = await s.client.progress_end()
        assert "cancelled" in progress.messages[-1]
        statuses = [(await s.text(run["uri"])).count("cancelled") > 0 for run in runs]
        assert statuses == [False, True, False]


async def test_a_prompt_cancels_its_own_runs_and_nothing_cancels_all(tmp_path: Path) -> None:
    async with session(tmp_path, hang(), files={"prompts/other.md": "Other\n"}) as s:
        other = s.client.open(s.folder / "prompts" / "other.md")
        mine = await s.run(repeat=2)
        (theirs,) = (await s.client.run("fourfold.runStep", uri=other))["runs"]
        await s.model.exchange(2)
        answer = await s.client.run("fourfold.cancelRuns", uri=s.uri)
        assert sorted(answer["cancelled"]) == sorted(run["id"] for run in mine)
        answer = await s.client.run("fourfold.cancelRuns")
        assert answer["cancelled"] == [theirs["id"]]
        await s.client.progress_end()
        assert (await s.client.run("fourfold.cancelRuns"))["cancelled"] == []


async def test_the_cancel_button_of_the_progress_ends_its_runs(tmp_path: Path) -> None:
    async with session(tmp_path, hang()) as s:
        await s.run(repeat=2)
        exchanges = [await s.model.exchange(number) for number in range(2)]
        token = next(iter(s.client.progress))
        begun = time.perf_counter()
        s.client.cancel_progress(token)
        await asyncio.gather(*(exchange.until_closed() for exchange in exchanges))
        assert time.perf_counter() - begun < AT_ONCE
        assert (await s.ended())["status"] == "cancelled"


async def test_runs_that_wait_for_their_turn_are_cancelled_too(tmp_path: Path) -> None:
    async with session(tmp_path, hang(), settings={"concurrency": 1}) as s:
        runs = await s.run(repeat=3)
        await s.model.exchange()
        await s.client.click(s.uri, "Cancel")
        await s.client.progress_end()
        assert len(s.model.requests) == 1
        for run in runs:
            assert "cancelled" in await s.text(run["uri"])


async def test_what_to_cancel_is_checked(tmp_path: Path) -> None:
    async with session(tmp_path) as s:
        write(s.folder / "notes.md", "no prompt\n")
        for fields in ({"runs": "all"}, {"runs": [1]}, {"uri": (s.folder / "notes.md").as_uri()}):
            with pytest.raises(JsonRpcException) as caught:
                await s.client.run("fourfold.cancelRuns", fields)
            assert caught.value.message.startswith(next(iter(fields)))
