"""A matrix of any size whose calls real workers make, with or without trouble, and what it came to.

`python -m tests.team.matrix_of_workers CALLS` measures one of that size with kills.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

TESTS_FOLDER = str(Path(__file__).parents[1])
if TESTS_FOLDER not in sys.path:  # as it is where pytest has not put it there
    sys.path.insert(0, TESTS_FOLDER)

from support.command import start_command  # noqa: E402
from support.postgres import running_cluster  # noqa: E402
from support.scripted_model import Exchange, scripted_model, tokens  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.postgres import Cluster

WORKERS = 4
PROJECT = "checkout"


class Endpoint:
    """Answers with what it was asked, so many a second, and queues what is more."""

    def __init__(self, a_second: float) -> None:
        self.made: Counter[str] = Counter()
        self.first = self.last = 0.0
        self._between = 1 / a_second
        self._next = 0.0

    async def __call__(self, exchange: Exchange) -> None:
        asked = exchange.request.json["messages"][-1]["content"]
        now = time.monotonic()
        self.first = self.first or now
        self.made[asked] += 1
        self._next = max(self._next, now) + self._between
        await asyncio.sleep(self._next - now)
        self.last = time.monotonic()
        await tokens(asked)(exchange)


@dataclass
class Outcome:
    """What it came to: `said` are the sentences of all who asked, `resident` the memory of each
    worker in bytes, once a second."""

    endpoint: Endpoint
    seconds: float = 0.0
    report: Any = None
    said: list[str] = field(default_factory=list)
    resident: dict[int, list[int]] = field(default_factory=dict)
    trouble: Counter[str] = field(default_factory=Counter)
    open_calls: int = 0
    taken_again: int = 0


class Scene:
    """A person's folder, the database, an endpoint, workers and who asks, all real."""

    def __init__(self, folder: Path, cluster: Cluster, base_url: str, outcome: Outcome) -> None:
        self.folder = folder / PROJECT
        self.cluster = cluster
        self.outcome = outcome
        self.workers: list[asyncio.subprocess.Process] = []
        self.asking: asyncio.subprocess.Process | None = None
        self._made = -1
        home = folder / "home"
        config = home / ".config" / "fourfold" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'[team]\ndatabase = "{cluster.address("postgres", "postgres")}"\n')
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._environment = {
            **kept,
            "HOME": str(home),
            "OPENAI_BASE_URL": base_url,
            "OPENAI_API_KEY": "unused",
            "OPENAI_MODEL": "scripted",
        }

    async def prepare(self, calls: int) -> None:
        """Two versions and so many tests that each is asked half of the calls; the second passes
        all of them."""
        prompts = self.folder / "prompts"
        prompts.mkdir(parents=True)
        cases = [
            {"vars": {"word": f"w{n}"}, "assert": [{"type": "contains", "value": "well"}]}
            for n in range(calls // 2)
        ]
        (prompts / "greet.tests.json").write_text(json.dumps(cases))
        for text in ("Say {{word}} badly.\n", "Say {{word}} well.\n"):
            (prompts / "greet.md").write_text(text)
            await self.done("list", "greet")
        await self.done("team", "init")

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await start_command(self.folder, self._environment, *arguments)

    async def done(self, *arguments: str) -> bytes:
        process = await self.start(*arguments)
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return out

    async def add_worker(self) -> None:
        process = await self.start("worker")
        self.workers.append(process)
        assert process.stderr is not None
        while b"Working for" not in await process.stderr.readline():
            assert process.returncode is None

    async def ask(self, *more: str) -> None:
        """Has all calls made; whoever asks and is killed, or begins while the server is restarted,
        is asked again."""
        while self.outcome.report is None:
            self.asking = await self.start(
                "test", "--workers", "--versions", "v1,v2", *more, "--json"
            )
            out, err = await self.asking.communicate()
            self.outcome.said += err.decode().splitlines()
            if self.asking.returncode == 0:
                (self.outcome.report,) = json.loads(out)["reports"]
            elif self.asking.returncode != -signal.SIGKILL and b"cannot be reached" not in err:
                raise AssertionError(err.decode())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.cluster.connect() as connection:
            connection.execute(f"SET search_path = fourfold_{PROJECT}")
            found = connection.execute(query)
            return list(found.fetchall()) if found.description else []

    async def kill_worker(self) -> None:
        victim = self.workers.pop(0)
        victim.kill()
        await victim.wait()
        await self.add_worker()

    async def kill_who_asks(self) -> None:
        """Where a call has been made since the last time: on a busy machine it would never come so
        far otherwise."""
        made = self.outcome.endpoint.made.total()
        if self.asking is None or self.asking.returncode is not None or made == self._made:
            return
        self._made = made
        self.asking.kill()

    async def cut(self) -> None:
        await asyncio.to_thread(self.cluster.cut, "postgres")

    async def restart_server(self) -> None:
        await asyncio.to_thread(self.cluster.stop)
        await asyncio.to_thread(self.cluster.start)

    async def trouble(self, each_seconds: float) -> None:
        """One after the other, for ever."""
        kinds = (self.kill_worker, self.cut, self.kill_who_asks, self.restart_server)
        while True:
            for kind in kinds:
                await asyncio.sleep(each_seconds)
                self.outcome.trouble[kind.__name__] += 1
                await kind()

    async def watch(self) -> None:
        """Notes the memory of the workers, once a second."""
        while True:
            for process in self.workers:
                with suppress(OSError):
                    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
                    of_one = self.outcome.resident.setdefault(process.pid, [])
                    of_one.append(pages * os.sysconf("SC_PAGE_SIZE"))
            await asyncio.sleep(1)

    async def end(self) -> None:
        for process in (*self.workers, *([self.asking] if self.asking else [])):
            if process.returncode is None:
                process.kill()
            await process.wait()


async def carried_out(
    folder: Path,
    cluster: Cluster,
    calls: int,
    a_second: float,
    *,
    more: Sequence[str] = (),
    trouble: Callable[[Scene], Any] | None = None,
) -> Outcome:
    """A matrix of so many calls, on an endpoint that answers so many a second; `trouble` goes on
    meanwhile."""
    outcome = Outcome(Endpoint(a_second))
    async with scripted_model(outcome.endpoint) as model, AsyncExitStack() as stack:
        scene = Scene(folder, cluster, model.base_url, outcome)
        stack.push_async_callback(scene.end)
        await scene.prepare(calls)
        await asyncio.gather(*(scene.add_worker() for _ in range(WORKERS)))
        beside = [scene.watch(), *([trouble(scene)] if trouble else [])]
        tasks = [asyncio.create_task(one) for one in beside]
        begun = time.monotonic()
        asking = asyncio.create_task(scene.ask(*more))
        await asyncio.wait((asking, *tasks[1:]), return_when=asyncio.FIRST_COMPLETED)
        await asking
        outcome.seconds = time.monotonic() - begun
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended
        query = "SELECT count(*) FILTER (WHERE answer IS NULL), sum(tries - 1) FROM calls"
        outcome.open_calls, outcome.taken_again = scene.rows(query)[0]
    return outcome


def main() -> None:
    calls = int(sys.argv[1])
    with running_cluster() as cluster, tempfile.TemporaryDirectory() as name:
        found = asyncio.run(
            carried_out(
                Path(name), cluster, calls, 125.0, trouble=lambda scene: scene.trouble(10.0)
            )
        )
    made = found.endpoint.made
    again = made.total() - len(made)
    arms = [(arm["passed"], arm["runs"], arm["missing"]) for arm in found.report["arms"]]
    print(f"{calls:,} calls in {found.seconds:.0f} s, with {dict(found.trouble)}")
    print(f"asked {len(made):,} different, {again:,} of them again; arms {arms}")
    print(f"open {found.open_calls}, taken again by the database {found.taken_again}")
    print(*(line for line in found.said if "twice" in line), sep="\n")


if __name__ == "__main__":
    main()
