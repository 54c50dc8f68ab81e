"""Carries out `fourfold test`, and shows what it comes to."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from fourfold.app.sharing.process import has_joined, shared_live
from fourfold.app.testing.making import make_matrix
from fourfold.app.testing.texts import make_contest, of_commit, of_nothing, of_version
from fourfold.cli.output import console, note, on_terminal
from fourfold.cli.report_table import print_report
from fourfold.cli.running import engine_of
from fourfold.cli.runs import saved_history
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.evals.matrix.requirement import passes_often_enough, required, worst
from fourfold.prompts.privacy import is_private
from fourfold.prompts.rendering import start_renderer
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from rich.status import Status

    from fourfold.app.engine import Engine
    from fourfold.app.testing.matrix import Matrix
    from fourfold.app.testing.options import MatrixOptions, Progress
    from fourfold.app.testing.revision import Revision
    from fourfold.app.testing.tests import FoundTests
    from fourfold.app.testing.texts import Contest, TestedText
    from fourfold.evals.matrix.report import TestReport
    from fourfold.evals.matrix.requirement import Finding, Requirement
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory


@dataclass(frozen=True, slots=True)
class Asked:
    """What `fourfold test` was asked for; the limits of `options` are for all steps together.
    `named` says that its steps were named, and not found; `tests` are those of a configuration;
    calls are made by `workers` of the team, or in a `batch`, or here."""

    versions: Sequence[int] | Literal["all"]
    baseline: int | Revision | Literal["none"] | None
    options: MatrixOptions
    requirement: Requirement | None
    fail_under: float | None
    named: bool
    tests: FoundTests | None = None
    workers: bool = False
    batch: bool = False


@dataclass(slots=True)
class Done:
    """The reports, and whether they show what was required."""

    reports: list[TestReport] = field(default_factory=list)
    finding: Finding = "so"


async def run_tests(
    project: Project, files: Sequence[StepFile], asked: Asked, as_json: bool
) -> Done:
    """One step after the other. Cancelled, it returns what there is."""
    done = Done()
    line = ProgressLine()
    # All prompts are rendered before anything is asked: its process starts beside what is read.
    starting = asyncio.get_running_loop().run_in_executor(None, start_renderer)
    async with (
        engine_of(project, line.asking) as opened,
        shared_live(project.folder, joined=await opened.call(has_joined, project)),
        _on_its_way(opened, project, asked, line) as engine,
    ):
        for file in files:
            try:
                await _test_step(engine, file, asked, done, line)
            except asyncio.CancelledError:
                if not done.reports:
                    raise
                break
            if not as_json:
                print_report(done.reports[-1])
            if done.reports[-1].stopped == "cancelled":
                break
    await starting
    return done


@asynccontextmanager
async def _on_its_way(
    engine: Engine, project: Project, asked: Asked, line: ProgressLine
) -> AsyncIterator[Engine]:
    """The engine, its calls on the way to who is to make them."""
    if asked.batch:
        from fourfold.app.batches.opening import open_batches

        async with open_batches(engine, note=note, on_waiting=line.say) as batches:
            yield replace(engine, through=batches.through, ahead=batches)
        return
    if not asked.workers:
        yield engine
        return
    from fourfold.app.workers.asking import open_desk
    from fourfold.app.workers.queued import through

    async with open_desk(engine, project, note) as desk:
        yield replace(engine, through=partial(through, desk), take_back=desk.take_back)
        if desk.again:
            calls = figures.counted(desk.again, "call")
            note(f"{calls} may have been paid twice: the worker that had them first was lost.")


async def _test_step(
    engine: Engine, file: StepFile, asked: Asked, done: Done, line: ProgressLine
) -> None:
    history = await engine.call(_history, engine.project, file)
    contest = await asyncio.to_thread(_contest, file, history, asked)
    spent = sum(report.spending.cost_usd or 0.0 for report in done.reports)
    calls = sum(report.spending.calls for report in done.reports)
    options = asked.options
    options = replace(
        options,
        baseline=contest.baseline,
        budget_usd=None if options.budget_usd is None else options.budget_usd - spent,
        max_calls=None if options.max_calls is None else options.max_calls - calls,
    )
    if asked.workers and any(is_private(text.text) for text in contest.texts):
        raise FourfoldError(
            f"{file.step} is private, so it is not sent to workers: test it without --workers."
        )
    matrix = await make_matrix(
        engine, file, contest.texts, options, asked.tests, note=note, on_progress=line.progress
    )
    for test in matrix.tests.refused:
        note(str(test))
    note(await _plan(matrix, file))
    with line.live():
        report = await matrix.run()
    done.reports.append(report)
    findings: list[Finding] = [done.finding]
    if matrix.tests.refused or not any(arm.runs for arm in report.found.arms):
        findings.append("not had")
    if asked.requirement is not None and contest.baseline is not None:
        findings.append(required(report, contest.current, asked.requirement))
    elif asked.requirement == "better":
        findings.append("not proven")
    if asked.fail_under is not None:
        findings.append(passes_often_enough(report, contest.current, asked.fail_under))
    done.finding = worst(findings)


def _history(project: Project, file: StepFile) -> StepHistory:
    return saved_history(project, file, current=True)


def _contest(file: StepFile, history: StepHistory, asked: Asked) -> Contest:
    """Those that were asked for, the baseline, and what a requirement is about."""
    several = len(asked.options.models) > 1
    if asked.requirement is not None and asked.baseline == history.current and not several:
        raise InvalidArgumentError(
            "baseline",
            f"v{history.current} is the current version of {history.step}; name another "
            "to hold it against.",
        )
    baseline = _baseline(file, history, asked)
    contest = make_contest(
        history,
        history.chosen(asked.versions),
        baseline,
        with_current=asked.requirement is not None,
    )
    for number in contest.left_out:
        note(f"v{number} of {file.step} is as it is at {contest.baseline}.")
    return contest


def _baseline(file: StepFile, history: StepHistory, asked: Asked) -> TestedText | None:
    if asked.baseline is None:
        return None
    if isinstance(asked.baseline, int):
        return of_version(history.version(asked.baseline, "baseline"))
    if asked.baseline == "none":
        return of_nothing(file)
    found = of_commit(file, asked.baseline)
    if found is None:
        missing = f"{asked.baseline.name} has no {file.path.name}"
        if asked.named:
            raise InvalidArgumentError(
                "baseline", f"{missing}, so there is nothing to hold {file.step} against."
            )
        note(f"{missing}, so {file.step} is held against nothing.")
    return found


async def _plan(matrix: Matrix, file: StepFile) -> str:
    """`greet: 2 versions on 3 tests: at most 12 calls, about $0.02.`"""
    estimate = await matrix.estimate_usd()
    cost = "" if estimate is None else f", about {figures.dollars(estimate)}"
    arms = figures.counted(len(matrix.results.arms), "version")
    tests = figures.counted(len(matrix.tests.cases), "test")
    calls = figures.counted(matrix.most_calls, "call")
    judges = f" and about {matrix.judge_calls:,} of judges" if matrix.judge_calls else ""
    return f"{file.step}: {arms} on {tests}: at most {calls}{judges}{cost}."


class ProgressLine:
    """A line on a terminal that keeps up with a matrix."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._begun = 0.0

    @contextmanager
    def live(self) -> Iterator[None]:
        self._begun = time.monotonic()
        if on_terminal(sys.stderr):
            self._status = console(sys.stderr).status("…")
        try:
            with self._shown():
                yield
        finally:
            self._status = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Leaves the terminal to a question."""
        if self._status is None:
            yield
            return
        self._status.stop()
        yield
        self._status.start()

    def progress(self, now: Progress) -> None:
        if self._status is not None:
            self.say(progress_words(now, time.monotonic() - self._begun))

    def say(self, words: str) -> None:
        """Puts other words there."""
        if self._status is None:
            return
        from rich.text import Text

        self._status.update(Text(words))

    @contextmanager
    def _shown(self) -> Iterator[None]:
        if self._status is None:
            yield
            return
        with self._status:
            yield


def progress_words(now: Progress, seconds: float) -> str:
    """`120 of 400 · 15.0 a second · 18.7 s left · $0.0021`, after so many seconds."""
    rate = now.done / seconds if seconds > 0 else 0.0
    parts = [
        f"{now.done:,} of {now.planned:,}",
        *([f"{rate:,.1f} a second"] if rate else []),
        *([f"{figures.seconds((now.planned - now.done) / rate * 1000)} left"] if rate else []),
        *([figures.dollars(now.cost_usd)] if now.cost_usd is not None else []),
    ]
    return " · ".join(parts)
