"""The workflow: what it adds to the calls of its models; showing it; staleness after a save."""

from __future__ import annotations

import asyncio
import gc
import itertools
import sqlite3
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from tests.bench.harness import Row, bounded, compared, in_turn, timed

from fourfold.app.answers.workflow import WorkflowDocument
from fourfold.app.engine import Engine
from fourfold.app.workflow import Workflow
from fourfold.llm.integration import ChatRequest, Delta, ResolvedModel, Usage
from fourfold.project.project import Project
from fourfold.runs.runner import Runner
from fourfold.settings import WorkspaceSettings
from fourfold.workflow.evaluation import WorkflowStatus
from fourfold.workflow.snapshot import read_snapshot
from fourfold.workflow.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from fourfold.llm.registry import LLMIntegrationRegistry

CHAIN = 100
LATENCY_S = 0.1
CHAIN_REPEATS = 2
LARGE = 1000
REPEATS = 40
MOST_SHOWING_MS = 50.0
MOST_STALENESS_MS = 20.0
FIRST = "s0000"


def measure(folder: Path) -> list[Row]:
    """A chain against the same calls in a bare loop; a large workflow against its bare rows."""
    for name in ("chain", "large"):
        (folder / name).mkdir()
    return [
        *asyncio.run(_chain(folder / "chain")),
        *_large(folder / "large"),
    ]


class _Model:
    """Answers each request with a few words, after `latency` seconds."""

    name = "bench"
    concurrency = 64

    def __init__(self, latency: float) -> None:
        self._latency = latency

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta | Usage, None]:
        # A model takes its time; nothing here waits for an outcome.
        await asyncio.sleep(self._latency)
        for word in ("What", " has", " to", " be", " true."):
            yield Delta(word)
        yield Usage(len(request.messages[0]["content"]), 5)

    async def warm_up(self) -> None:
        """Nothing to be loaded."""

    async def close(self) -> None:
        """Nothing to be closed."""

    async def resolve(self, **_: Any) -> ResolvedModel:
        """As the registry does it."""
        return ResolvedModel(self, "bench", "bench")


class _Bench:
    """A folder whose steps `s0000`, `s0001`… each take the response of the one before."""

    def __init__(self, folder: Path, count: int, latency: float) -> None:
        self.model = _Model(latency)
        self.folder = folder
        self.steps = [f"s{number:04}" for number in range(count)]
        (folder / "prompts").mkdir()
        lines = ["name: Bench", "steps:", f"  {FIRST}: {{}}"]
        for before, step in itertools.pairwise(self.steps):
            lines.append(f"  {step}: {{inputs: {{text: {{step: {before}}}}}}}")
        for step in self.steps:
            (folder / "prompts" / f"{step}.md").write_text(prompt(step, 1), encoding="utf-8")
        (folder / "prompts" / "workflow.yaml").write_text("\n".join(lines), encoding="utf-8")
        self.project = Project(folder, WorkspaceSettings())
        self.project.read_from_disk(list(self.project.steps.all()))
        self._thread = ThreadPoolExecutor(1)
        self._runner = Runner(
            self.project.store,
            self.call,
            on_change=lambda _: None,
            on_error=_fail,
            price=lambda *_: None,
        )
        self.workflow = Workflow(
            Engine(
                project=self.project,
                call=self.call,
                runner=self._runner,
                registry=cast("LLMIntegrationRegistry", self.model),
            )
        )

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    async def run(self) -> None:
        """The whole workflow, every step asked."""
        ended = await self.workflow.start_workflow(fresh=True)
        assert ended.status == "succeeded", ended.error

    async def close(self) -> None:
        await self._runner.close()
        self.project.close()
        self._thread.shutdown()


def prompt(step: str, number: int) -> str:
    """A prompt that takes what came before, if anything did."""
    before = "" if step == FIRST else "\n\n{{ text }}"
    return f"State what has to be true when it works ({step}, {number}).{before}\n"


async def _chain(folder: Path) -> list[Row]:
    made = _Bench(folder, CHAIN, LATENCY_S)

    async def bare() -> None:
        response = ""
        for step in made.steps:
            text = prompt(step, 1).replace("{{ text }}", response)
            request = ChatRequest("bench", [{"role": "user", "content": text}], {})
            events = [event async for event in made.model.stream(request)]
            response = "".join(event.text for event in events if isinstance(event, Delta))

    await made.run()
    await bare()
    ours, theirs, ours_cpu, theirs_cpu = [], [], [], []
    for _ in range(CHAIN_REPEATS):
        for work, wall, processor in ((made.run, ours, ours_cpu), (bare, theirs, theirs_cpu)):
            begun, used = time.perf_counter(), time.process_time()
            await work()
            wall.append((time.perf_counter() - begun) * 1000)
            processor.append((time.process_time() - used) * 1000)
    await made.close()
    per_step = (statistics.median(ours_cpu) - statistics.median(theirs_cpu)) / CHAIN
    return [
        compared(
            f"chain of {CHAIN} steps, {LATENCY_S * 1000:.0f} ms each",
            statistics.median(ours),
            statistics.median(theirs),
            1.05,
        ),
        bounded("one step, processor time", per_step, None),
    ]


async def _run_large(folder: Path) -> None:
    made = _Bench(folder, LARGE, 0)
    await made.run()
    await made.close()


def _large(folder: Path) -> list[Row]:
    # What the runs leave in memory is not what showing them later costs.
    asyncio.run(_run_large(folder))
    # As the server does it once it has started.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    project = Project(folder, WorkspaceSettings())
    file = project.step_file(FIRST)

    def show() -> float:
        return timed(
            lambda: WorkflowDocument.of(
                read_tree(project),
                lambda document: document.uri(project.key),
                lambda each: each.uri,
            ).to_json()
        )

    with closing(sqlite3.connect(folder / ".fourfold" / "fourfold.db")) as connection:
        shown, rows = in_turn(REPEATS, show, lambda: timed(lambda: _read_bare(connection)))
        numbers = itertools.count(2)

        def stale() -> float:
            project.save(file, prompt(FIRST, next(numbers)), "save")
            return timed(lambda: read_snapshot(project))

        staleness, again = in_turn(REPEATS, stale, lambda: timed(lambda: _read_bare(connection)))
    states = read_snapshot(project).states.values()
    assert all(state.status is WorkflowStatus.STALE for state in states)
    project.close()
    return [
        _bounded_and_compared(f"showing {LARGE:,} steps", shown, rows, MOST_SHOWING_MS),
        _bounded_and_compared(
            f"staleness of {LARGE:,} steps after a save", staleness, again, MOST_STALENESS_MS
        ),
    ]


def _read_bare(connection: sqlite3.Connection) -> None:
    """The rows that the workflow stands on, as tuples."""
    for query in (
        "SELECT s.name, s.current, v.hash, s.executed FROM steps s "
        "JOIN versions v ON v.step_id = s.id AND v.number = s.current",
        "SELECT step_id, recipe, status, id, output, max(place) FROM runs WHERE recipe <> '' "
        "GROUP BY step_id, recipe, status ORDER BY 6",
        "SELECT * FROM runs WHERE place IN (SELECT max(place) FROM runs GROUP BY step_id)",
    ):
        assert len(connection.execute(query).fetchall()) >= LARGE - 1


def _bounded_and_compared(name: str, ours: list[float], theirs: list[float], most: float) -> Row:
    """Our milliseconds against a limit, and next to those of bare sqlite3."""
    bar = bounded(name, statistics.median(ours), most)
    bare = compared(name, statistics.median(ours), statistics.median(theirs), None)
    return Row(name, bar.ours, bare.theirs, bare.ratio, bar.target, bar.ok)


def _fail(error: Exception) -> None:
    raise error
