"""Tools that ask models: within a budget, with progress, until they are cancelled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from msgspec import Meta

from fourfold.app.answers.runs import EndedRuns, RunWithResponse
from fourfold.app.answers.tests import TestReport
from fourfold.app.commands.runs import Repeats
from fourfold.app.commands.tests import Amount, Names, Seed, TestRepeats, Until
from fourfold.app.described import (
    Command,
    Flag,
    Inputs,
    Text,
    VersionNumbers,
    each_once,
)
from fourfold.app.limited_runs import carry_out_within
from fourfold.app.requests import Refusal, RunOptions, make_requests
from fourfold.app.steps_now import versions_to_run, versions_to_test
from fourfold.app.testing.choosing import tests_named
from fourfold.app.testing.making import make_matrix
from fourfold.app.testing.options import MatrixOptions, Progress
from fourfold.app.testing.texts import of_version
from fourfold.errors import FourfoldError
from fourfold.mcp.tools.tool import StepName, Tool
from fourfold.runs.outcome import total_usd
from fourfold.runs.spending import Spending
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.engine import Engine
    from fourfold.mcp.tools.tool import Call
    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Run, Version

Budget = Annotated[
    float,
    Meta(
        ge=0,
        title="a number of dollars from 0",
        description="dollars; no call is made that could pass it",
    ),
]
Calls = Annotated[Amount, Meta(description="the most calls to make")]
Models = Annotated[Names, Meta(description="each version on each of these models")]
Versions = Annotated[
    VersionNumbers | Literal["all"], Meta(description='numbers of kept versions, or "all"')
]


class RunStep(Command):
    """Runs versions of a prompt on a model, waits for the responses and answers with them. Without
    `versions`: the text in the prompt's file. An identical request is not asked twice unless
    `fresh`. A run that fails, or that a limit keeps from being made, says so in its `error`."""

    answer: ClassVar[Any] = EndedRuns
    step: StepName
    versions: Versions | None = None
    inputs: Inputs | None = None
    model: Text | None = None
    repeat: Repeats = 1
    fresh: Flag = False
    budget_usd: Budget | None = None
    max_calls: Calls | None = None

    def __post_init__(self) -> None:
        each_once("versions", self.versions)


class RunTests(Command):
    """Runs versions of a prompt on the tests beside it, and answers with how often each passes and
    which is better. `until` "certain" stops as soon as one is proven better, or all as good.
    Without `versions`: all that are kept; without `tests`: all. What was answered before is taken
    over, so that calling it again goes on. Cancelled, it keeps what is done, for test_report."""

    answer: ClassVar[Any] = TestReport
    step: StepName
    tests: Names | None = None
    versions: Versions | None = None
    models: Models | None = None
    repeat: TestRepeats | None = None
    until: Until = "done"
    budget_usd: Budget | None = None
    max_calls: Calls | None = None
    seed: Seed | None = None

    def __post_init__(self) -> None:
        each_once("versions", self.versions)


async def _run_step(call: Call, asked: RunStep) -> EndedRuns:
    engine = await call.workspace.engine()
    project = engine.project
    file, versions = await engine.call(
        versions_to_run, project, asked.step, asked.versions, call.notes.append
    )
    options = RunOptions(
        inputs=asked.inputs or {},
        repeat=asked.repeat,
        model=asked.model,
        fresh=asked.fresh,
        named=isinstance(asked.versions, list),
    )
    made, refused = await make_requests(
        project, engine.registry, file, versions, options, engine.ask
    )
    requests = [replace(one, id=engine.runner.new_id()) for one in made]
    going = asyncio.ensure_future(
        carry_out_within(engine, requests, Spending(asked.budget_usd, asked.max_calls))
    )
    ended = await call.progress.follow(going, _Characters(engine, requests))
    runs = [one.as_run(engine.runner.new_id(), asked.model) for one in refused]
    by_hash = {version.hash: version for version in versions}
    for request, run in zip(requests, ended, strict=True):
        runs.append(run or _not_made(engine, by_hash[request.hash], request, asked))
    order = list(by_hash)
    runs.sort(key=lambda run: order.index(run.hash))
    return EndedRuns(
        runs=[RunWithResponse.with_response(run, project.uri_of) for run in runs],
        cost_usd=total_usd(runs),
    )


def _not_made(engine: Engine, version: Version, request: RunRequest, asked: RunStep) -> Run:
    """A run that could have passed a limit."""
    limits = []
    if asked.budget_usd is not None:
        limits.append(figures.dollars(asked.budget_usd))
    if asked.max_calls is not None:
        limits.append(figures.counted(asked.max_calls, "call"))
    error = FourfoldError(
        f"It could have passed the limit of {' and '.join(limits)}, so no model was asked; raise "
        "the limit, or ask for fewer runs."
    )
    run = Refusal(version, error).as_run(engine.runner.new_id(), request.model.label)
    return replace(run, repeat=request.repeat)


class _Characters:
    """How many characters have come of runs, also of those that have ended meanwhile."""

    def __init__(self, engine: Engine, requests: Sequence[RunRequest]) -> None:
        self._runner = engine.runner
        self._come = {one.id: 0 for one in requests if one.id is not None}

    def __call__(self) -> tuple[float, float | None, str]:
        going = 0
        for id_, come in self._come.items():
            run = self._runner.live(self._runner.last(id_))
            if run is not None:
                self._come[id_] = max(come, len(run.response))
                going += not run.finished
        come = sum(self._come.values())
        runs = figures.counted(going, "run")
        return come, None, f"{runs} going on · {figures.counted(come, 'character')}"


async def _run_tests(call: Call, asked: RunTests) -> TestReport:
    engine = await call.workspace.engine()
    project = engine.project
    file, versions = await engine.call(
        versions_to_test, project, asked.step, asked.versions or "all", call.notes.append
    )
    found = await engine.call(tests_named, project, file, asked.tests, {})
    reached = Progress(0, 0, 0, None)

    def reach(now: Progress) -> None:
        nonlocal reached
        reached = now

    matrix = await make_matrix(
        engine,
        file,
        [of_version(version) for version in versions],
        MatrixOptions.asked(asked),
        found,
        note=call.notes.append,
        on_progress=reach,
    )
    call.notes.extend(map(str, matrix.tests.refused))

    def so_far() -> tuple[float, float | None, str]:
        return reached.done, matrix.planned, f"{reached.done:,} answers · {reached.spent}"

    report = await call.progress.follow(asyncio.ensure_future(matrix.run()), so_far)
    return TestReport.of(report)


RUNNING = [
    Tool(asked=RunStep, do=_run_step, title="Run versions", asks=True),
    Tool(asked=RunTests, do=_run_tests, title="Run the tests", asks=True, repeats=True),
]
