"""The server killed at any moment: the database stays whole, and nothing that was kept is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm import embedded_files
from lsp.support.session import KilledError, session
from support.scripted_model import hang, silence, tokens

if TYPE_CHECKING:
    from lsp.support.session import Session

ROUNDS = 12
LIMIT = 30.0
STOPPED = "Fourfold was stopped while this run was going on; run it again."
NO_MODEL = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}

needs_embedded = pytest.mark.skipif(
    embedded_files.find() is None, reason="the embedded model is not installed"
)
needs_processes = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="needs Linux to watch another's processes"
)


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What a database holds, read by nothing of ours."""
    with closing(sqlite3.connect(folder / ".fourfold" / "fourfold.db")) as connection:
        return connection.execute(query).fetchall()


def check_whole(folder: Path, kept: dict[int, str]) -> None:
    """The rules of the database hold, and it has all of `kept` that the cap has not pushed out."""
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert rows(folder, "PRAGMA foreign_key_check") == []
    versions = dict(rows(folder, "SELECT number, text FROM versions"))
    ((current, last),) = rows(folder, "SELECT current, last_number FROM steps")
    assert 1 <= len(versions) <= 4
    assert current in versions
    assert max(versions) == last
    expected = {number: text for number, text in kept.items() if number > last - 4}
    assert expected.items() <= versions.items()


async def until_no_run_goes_on(s: Session) -> list[dict[str, Any]]:
    """Waits until all runs have ended; the last run of each version, by listVersions."""
    async with asyncio.timeout(LIMIT):
        while True:
            listed = (await s.versions())["versions"]
            runs = [version["lastRun"] for version in listed if version["lastRun"]]
            if all(run["status"] in {"succeeded", "failed", "cancelled"} for run in runs):
                return runs


async def until_current_is(s: Session, text: str) -> None:
    """Waits until a text that was written just before the kill is a version after all."""
    async with asyncio.timeout(LIMIT):
        while True:
            listed = await s.versions()
            (current,) = [version for version in listed["versions"] if version["current"]]
            if await s.text(current["uri"]) == text:
                return


async def work(s: Session, numbers: range, kept: dict[int, str]) -> None:
    """Saves and runs; `kept` gets each version that the server has told of."""
    for number in numbers:
        text = f"Greet Ada {number} times.\n" + "x" * (number % 7) * 1000
        s.client.write(s.uri, text)
        if number % 3 == 0:
            await s.run(fresh=True)
        listed = await s.versions()
        assert listed["versions"][0]["words"] == len(text.split())
        kept[listed["current"]] = text


async def test_no_saved_text_is_lost_whenever_the_server_is_killed(tmp_path: Path) -> None:
    kept: dict[int, str] = {}
    scripts = [tokens("Hello", " Ada"), silence("half")] * 1000
    folder = tmp_path / "workspace"
    for round_ in range(ROUNDS):
        chance = random.Random(round_)
        first = 1000 * round_
        last = first + chance.randint(1, 4)
        with contextlib.suppress(KilledError):
            async with session(tmp_path, *scripts) as s:
                if round_:
                    for run in await until_no_run_goes_on(s):
                        assert run["status"] == "succeeded" or run["error"] == STOPPED
                    await until_current_is(s, s.client.text_of(s.uri))
                await work(s, range(first, last), kept)
                working = asyncio.create_task(work(s, range(last, first + 1000), kept))
                await asyncio.wait({working}, timeout=chance.uniform(0, 0.2))
                assert not working.done(), working.exception()
                working.cancel()
                s.kill()
        check_whole(folder, kept)
    assert len(kept) >= ROUNDS


async def test_runs_that_a_kill_interrupts_keep_what_had_come(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    with contextlib.suppress(KilledError):
        async with session(tmp_path, silence("half told"), settings={"concurrency": 1}) as s:
            await s.run(repeat=2)
            async with asyncio.timeout(LIMIT):
                while ("half told",) not in rows(folder, "SELECT response FROM runs"):
                    await s.versions()
            s.kill()
    async with session(tmp_path) as s:
        await until_no_run_goes_on(s)
        found = rows(folder, "SELECT status, error, response FROM runs ORDER BY place")
        assert found == [("failed", STOPPED, "half told"), ("failed", STOPPED, "")]
        assert s.model.requests == []
        assert await s.result_lens() == "failed"


async def test_runs_of_another_server_that_lives_are_left_alone(tmp_path: Path) -> None:
    async with session(tmp_path, hang()) as s:
        await s.run()
        await s.model.exchange()
        async with session(tmp_path) as other:
            listed = await other.versions()
            assert listed["versions"][0]["lastRun"]["status"] == "running"
        assert (await s.last_run())["status"] == "running"


async def test_runs_are_cancelled_and_stored_when_the_server_is_shut_down(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    async with session(tmp_path, silence("half told"), settings={"concurrency": 1}) as s:
        (run, _) = await s.run(repeat=2)
        exchange = await s.model.exchange()
        while "half told" not in await s.text(run["uri"]):
            seen = s.client.content_refreshes[run["uri"]]
            await s.client.until(lambda: s.client.content_refreshes[run["uri"]] > seen, "text")  # noqa: B023
        process = s.process_id
        children = children_of(process)
        await s.client.end()
        await exchange.until_closed()
        found = rows(folder, "SELECT status, response FROM runs ORDER BY place")
        assert found == [("cancelled", "half told"), ("cancelled", "")]
        for child in children:
            await gone(child)


def children_of(process: int) -> list[int]:
    """The processes that a process has started, and they in turn; Linux only."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children_of(child)]
    return found


async def gone(process: int) -> None:
    """Waits until a process has ended."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(watched, ended.set)
    try:
        async with asyncio.timeout(LIMIT):
            await ended.wait()
    finally:
        loop.remove_reader(watched)
        os.close(watched)


LONG = "Write a very long story about a sailor.\n"


@needs_embedded
@needs_processes
@pytest.mark.parametrize("kill", [True, False], ids=["killed", "shut down"])
async def test_the_embedded_model_never_outlives_the_server(tmp_path: Path, kill: bool) -> None:
    children: list[int] = []
    with contextlib.suppress(KilledError):
        async with session(tmp_path, prompt=LONG, env=NO_MODEL) as s:
            (run,) = await s.run()
            await s.text(run["uri"])
            await s.client.until(
                lambda: s.client.content_refreshes[run["uri"]] > 1, "the response", limit=60
            )
            children = children_of(s.process_id)
            assert children
            if kill:
                s.kill()
    for child in children:
        await gone(child)
    ((status, response),) = rows(tmp_path / "workspace", "SELECT status, response FROM runs")
    assert status == ("running" if kill else "cancelled")
    assert kill or response
