"""Sharing goes on by itself, whatever happens to the database, and ends with who wanted it."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp.support.profiles import load
from lsp.support.start import start_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from support.postgres import Cluster
    from team.conftest import Person

LIMIT = 30.0
OBSERVER = load("visual_studio_code_v1.139.1").announcing(events=True)


async def until(condition: Callable[[], bool], what: str) -> None:
    """Looks again and again, as nobody tells of another process's database."""
    end = time.monotonic() + LIMIT
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < end, f"not in {LIMIT} s: {what}"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def live(person: Person) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process that an editor starts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "fourfold", "team", "sync", "--live", "--folder", str(person.folder)),
        env={**os.environ, **person.environment},
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_it_goes_both_ways_through_lost_connections_and_a_server_that_is_gone(
    ann: Person, bob: Person, cluster: Cluster, database: str
) -> None:
    async with live(ann) as hers, live(bob) as his, live(bob) as second:
        one = await asyncio.to_thread(ann.run)
        await until(lambda: bob.runs() == {one: "ann"}, "bob has what ann ran")
        assert cluster.cut(database) >= 2
        two = await asyncio.to_thread(bob.run)
        await until(lambda: ann.runs() == {one: None, two: "bob"}, "ann has what bob ran")
        his.kill()  # the other process of the same folder goes on
        three = await asyncio.to_thread(ann.run)
        await until(lambda: three in bob.runs(), "bob has the next one")

        cluster.stop()
        try:
            four = await asyncio.to_thread(ann.run)
            assert ann.call("list").exit_code == 0
        finally:
            cluster.start()
        await until(lambda: four in bob.runs(), "bob has what ann ran meanwhile")
        for process in (hers, second):
            assert process.stdin is not None
            process.stdin.close()
            async with asyncio.timeout(LIMIT):
                assert await process.wait() == 0
        assert hers.stderr is not None
        told = (await hers.stderr.read()).decode().splitlines()
        assert all(line.startswith("The team's database") for line in told)


async def test_an_editor_shows_what_the_team_knows_and_leaves_no_process(
    ann: Person, bob: Person
) -> None:
    environment: dict[str, str] = bob.environment
    async with start_client(OBSERVER, [bob.folder], environment) as client:
        uri = client.open(bob.folder / "prompts" / "greet.md", "markdown")
        await client.lenses(uri)
        run = await asyncio.to_thread(ann.run)
        sent = await asyncio.to_thread(ann.json, "team", "sync")
        assert sent["sent"] == 1

        def is_theirs(told: dict[str, Any]) -> bool:
            last = told["versions"][0]["lastRun"]
            return last is not None and (last["id"], last["by"]) == (run, "ann")

        client.limit = LIMIT
        await client.notified("fourfold/versionsChanged", is_theirs)
        titles = [lens.command.title for lens in await client.lenses(uri) if lens.command]
        assert any(title.endswith("· by ann") for title in titles)
        children = await asyncio.to_thread(live_processes, bob)
        assert len(children) == 1
        process = client._server
        assert process is not None
        maps = await asyncio.to_thread(Path(f"/proc/{process.pid}/maps").read_text)
        assert "psycopg" not in maps
    await until(lambda: live_processes(bob) == [], "its process has ended")


def live_processes(person: Person) -> list[int]:
    """The processes that share the person's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes().split(b"\0")
            if b"--live" in command and os.fsencode(person.folder) in command:
                found.append(int(entry.name))
    return found
