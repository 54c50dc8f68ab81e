"""A team's database: the first sync, news to many who listen, and calls that workers claim.

On a real PostgreSQL of its own, on this machine, beside all that works with it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.bench.growth import Point
from tests.bench.harness import Row, bounded, percentile
from tests.support.postgres import running_cluster

from fourfold.app.sharing.receiving import receive
from fourfold.app.workers.opening import open_worker
from fourfold.project.opening import open_team
from fourfold.project.project import Project
from fourfold.settings import TeamSettings, WorkspaceSettings
from fourfold.store.facts import Call, Sent, SharedRun
from fourfold.store.records import Run
from fourfold.team import lines
from fourfold.text.same import content_hash
from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import Cluster

    from fourfold.store.ports.team import Team

TEXT = "Say hello.\n"
SIZES = (1_000, 10_000, 100_000)
QUEUES, WORKERS = (1_000, 10_000, 100_000), 4
LISTENERS, CHANGES, A_SECOND = (5, 15, 50), 500, 100
_AT_ONCE = 500
_OPEN = "SELECT 1 FROM fourfold_{}.calls WHERE answer IS NULL LIMIT 1"
_LOOK_SECONDS = 0.005


def measure(folder: Path) -> list[Row]:
    """Nothing where there is no PostgreSQL."""
    try:
        with running_cluster() as cluster:
            address = cluster.address("postgres", "postgres")
            claims = (_claims(cluster, calls) for calls in QUEUES)
            news = (row for listeners in LISTENERS for row in _news(address, listeners))
            return [*_sync(folder, address), *news, *claims]
    except pytest.skip.Exception:
        return []


def _sync(folder: Path, address: str) -> list[Row]:
    rows = []
    for size in SIZES:
        with closing(open_team(Secret(address), f"sync{size}", make=True)) as team:
            for start in range(0, size, _AT_ONCE):
                team.push([_line(number) for number in range(start, start + _AT_ONCE)])
            here = folder / str(size)
            (here / "prompts").mkdir(parents=True)
            (here / "prompts" / "greet.md").write_text(TEXT)
            settings = WorkspaceSettings(team=TeamSettings(Secret(address)))
            with closing(Project(here, settings)) as project:
                project.read_from_disk(project.steps.all())
                project.store.join(f"sync{size}", team.token)
                project.store.asked_about([content_hash(TEXT)])
                begun = time.perf_counter()
                assert receive(project, team, "me") == size
                took = time.perf_counter() - begun
        limit = 60.0 if size == SIZES[-1] else None
        point = Point("first sync", "runs", size, took, "s")
        row = bounded(f"first sync of {size:,} runs", took, limit, "s")
        rows.append(replace(row, point=point))
    return rows


def _line(number: int) -> Sent:
    run = Run(
        f"{number:016d}",
        "greet",
        None,
        "m",
        "succeeded",
        content_hash(TEXT),
        test=f"t{number}",
        response="Hello. " * 60,
        messages=({"role": "user", "content": TEXT},),
    )
    line = lines.run_line(SharedRun(run, content_hash(str(number))), "ann")
    return Sent("run", run.id, "", run.hash, lines.write_line(line).decode())


def _news(address: str, listeners: int) -> list[Row]:
    """From the push of a change until each listener has its line."""
    sent: dict[str, float] = {}
    late: list[float] = []
    with closing(open_team(Secret(address), f"news{listeners}", make=True)) as team:
        listening = [open_team(Secret(address), f"news{listeners}") for _ in range(listeners)]
        for one in listening:
            one.listen()
        threads = [threading.Thread(target=_listen, args=(one, sent, late)) for one in listening]
        for thread in threads:
            thread.start()
        begun = time.perf_counter()
        for number in range(CHANGES):
            time.sleep(max(0.0, begun + number / A_SECOND - time.perf_counter()))
            line = Sent("run", f"{number:016d}", "", "h", f"{number}")
            sent[line.line] = time.perf_counter()
            team.push([line])
        for thread in threads:
            thread.join()
    assert len(late) == listeners * CHANGES
    name = f"a change until {listeners} listeners have it, {A_SECOND} a second"
    p50, p99 = (percentile(late, percent) * 1000 for percent in (50, 99))
    point = Point("a change until all have it, p99", "listeners", listeners, p99, "ms")
    row = replace(bounded(f"{name}, p99", p99, 250.0), point=point)
    return [bounded(f"{name}, p50", p50, None), row] if listeners == LISTENERS[-1] else [row]


def _listen(team: Team, sent: dict[str, float], late: list[float]) -> None:
    seq = taken = 0
    with closing(team):
        while taken < CHANGES:
            team.was_told(0.5)
            for received in team.pull(seq, ()):
                late.append(time.perf_counter() - sent[received.line.decode()])
                seq, taken = received.seq, taken + 1


def _claims(cluster: Cluster, calls: int) -> Row:
    """By the loop of `fourfold worker`, from its first connection. What waits is no call, so that
    it is answered without a model. How the processes begin and end is not counted."""
    address, project = cluster.address("postgres", "postgres"), f"claims{calls}"
    with closing(open_team(Secret(address), project, make=True)) as team:
        for start in range(0, calls, _AT_ONCE):
            team.offer([Call(str(n), "m", "no call") for n in range(start, start + _AT_ONCE)])
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    workers = [
        context.Process(target=_work, args=(address, project, ready, go)) for _ in range(WORKERS)
    ]
    for one in workers:
        one.start()
    for _ in workers:
        ready.acquire()
    with cluster.connect() as looking:
        begun = time.perf_counter()
        go.set()
        while looking.execute(_OPEN.format(project)).fetchone():
            time.sleep(_LOOK_SECONDS)
        rate = calls / (time.perf_counter() - begun)
    for one in workers:
        one.kill()
        one.join()
    name = f"of {calls:,} calls claimed and answered a second by {WORKERS} workers"
    point = Point("calls claimed and answered a second", "calls", calls, rate, "a second")
    least, is_last = 2_000, calls == QUEUES[-1]
    row = Row(name, f"{rate:,.0f}", point=point)
    return replace(row, target=f"≥ {least:,}", ok=rate >= least) if is_last else row


def _work(address: str, project: str, ready, go) -> None:  # type: ignore[no-untyped-def]
    async def work() -> None:
        settings = WorkspaceSettings()
        async with open_worker(settings, Secret(address), project, None, print) as worker:
            ready.release()
            await asyncio.to_thread(go.wait)
            await worker.serve()

    asyncio.run(work())
