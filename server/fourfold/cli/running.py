"""Carrying out runs from the command line, where they are asked about and told of."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from fourfold.app.engine import open_engine
from fourfold.app.requests import make_requests
from fourfold.cli.output import confirm, note, on_terminal
from fourfold.cli.run_display import make_display
from fourfold.cli.stopping import answering

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractContextManager

    from fourfold.app.engine import Engine
    from fourfold.app.requests import RunOptions
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Run, Version
    from fourfold.user.consent import Question


@asynccontextmanager
async def engine_of(
    project: Project,
    asking: Callable[[], AbstractContextManager[None]],
    on_change: Callable[[Run], None] = lambda _: None,
) -> AsyncIterator[Engine]:
    """What carries out runs, and tells of them; `asking` leaves the terminal to a question."""

    async def ask(question: Question) -> bool:
        with asking():
            return agrees(question)

    async with open_engine(
        project,
        on_change=on_change,
        on_error=lambda error: note(str(error)),
        on_news=note,
        ask=ask if may_ask() else None,
    ) as engine:
        yield engine


async def run_versions(
    project: Project,
    chosen: Sequence[tuple[StepFile, Sequence[Version]]],
    options: RunOptions,
    as_json: bool,
) -> list[Run]:
    """The ended runs of the versions of these steps, in the order asked for; one of a version that
    cannot be run is failed, and is not kept."""
    amount = sum(len(versions) for _, versions in chosen) * options.repeat
    display = make_display(single=amount == 1, as_json=as_json, by_step=len(chosen) > 1)
    async with engine_of(project, display.asking, display.changed) as engine:
        requests: list[RunRequest] = []
        refused: list[Run] = []
        for file, versions in chosen:
            some, refusals = await make_requests(
                project, engine.registry, file, versions, options, engine.ask
            )
            requests += some
            refused += [one.as_run(engine.runner.new_id(), options.model) for one in refusals]
        for run in refused:
            note(f"{run.label} of {run.step}: {run.error}")
        started = await engine.runner.start(requests)
        with display.live(started), suppress(asyncio.CancelledError):
            # After Ctrl-C or SIGTERM what has arrived is stored and shown.
            await engine.wait(started)
        ended = await engine.ended(started)
    display.ended(ended)
    order = [(file.step, version.hash) for file, versions in chosen for version in versions]
    return sorted([*ended, *refused], key=lambda run: order.index((run.step, run.hash)))


def tell_of_tests(runs: Sequence[Run]) -> bool:
    """Says which generated tests did not pass; whether there are any."""
    from fourfold.steps.test_run import failing_tests

    told = [
        f"{run.step}: {sentence}"
        for run in runs
        if run.status == "succeeded" and (sentence := failing_tests(run.processed())) is not None
    ]
    for sentence in told:
        note(sentence)
    return bool(told)


def may_ask() -> bool:
    """Whether there is somebody to answer a question."""
    return on_terminal(sys.stdin) and on_terminal(sys.stderr)


def agrees(question: Question) -> bool:
    """Asks on the terminal."""
    with answering():
        return confirm(question.text)
