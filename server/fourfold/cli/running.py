"""Carrying out runs from the command line: a runner, a registry, and a display for both."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from fourfold.app.engine import open_engine
from fourfold.app.requests import make_requests
from fourfold.cli.output import confirm, note, on_terminal
from fourfold.cli.run_display import make_display
from fourfold.cli.stopping import answering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.requests import RunOptions
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Run, Version
    from fourfold.user.consent import Question


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

    async def ask(question: Question) -> bool:
        with display.asking():
            return agrees(question)

    current: dict[str, Run] = {}

    def changed(run: Run) -> None:
        current[run.id] = run
        display.changed(run)

    async with open_engine(
        project,
        on_change=changed,
        on_error=lambda error: note(str(error)),
        on_news=note,
        ask=ask if may_ask() else None,
    ) as engine:
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
        ids = [one.id for one in started]
        with display.live(started):
            try:
                await engine.runner.wait(ids)
            except asyncio.CancelledError:
                # Ctrl-C or SIGTERM: what has arrived is stored and shown.
                engine.runner.cancel(ids)
                await engine.runner.wait(ids)
        last = [engine.runner.last(id_) for id_ in ids]
    ended = [current[id_] for id_ in last]
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
