"""run: versions on a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from fourfold.app.repeats import MOST_REPEATS
from fourfold.app.saving import seen_version
from fourfold.cli import stopping
from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import history_now, open_project
from fourfold.cli.inputs import inputs_option, read_inputs
from fourfold.cli.output import note, print_answer
from fourfold.cli.parameters import (
    VERSION,
    VERSIONS,
    distinct,
    folder_option,
    json_option,
    model_option,
    step_argument,
)
from fourfold.project.naming import step_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, StepHistory


@click.command()
@step_argument
@click.argument("more", metavar="[VERSIONS]...", type=VERSION, nargs=-1)
@click.option(
    "--versions",
    type=VERSIONS,
    metavar="VERSIONS",
    help="all, or versions such as v2,v3; else the current one.",
)
@model_option
@click.option(
    "--repeat",
    type=click.IntRange(1, MOST_REPEATS),
    default=1,
    metavar="N",
    help=f"How often to run each version, 1 to {MOST_REPEATS}.",
)
@inputs_option
@click.option("--fresh", is_flag=True, help="Ask the model even where it has answered this before.")
@folder_option
@json_option("EndedRuns")
def run(
    step: str,
    more: tuple[int, ...],
    versions: list[int] | Literal["all"] | None,
    model: str | None,
    repeat: int,
    inputs: tuple[tuple[str, str], ...],
    fresh: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Run versions of a step, all at once.

    STEP may be a pattern for several, such as "review/*".

    The responses go to stdout, progress and figures to stderr. Ctrl-C cancels, and keeps what has
    arrived. The exit code is 1 if a run has not succeeded, or a generated test has not passed.
    """
    from fourfold.app.requests import RunOptions
    from fourfold.cli.running import run_versions, tell_of_tests

    asked = versions if versions == "all" else distinct([*(versions or ()), *more])
    options = RunOptions(
        inputs=read_inputs(inputs),
        repeat=repeat,
        model=model,
        fresh=fresh,
        named=bool(asked) and asked != "all",
    )
    with open_project(folder) as project:
        chosen = []
        for file in step_files(project, step):
            history = saved_history(project, file, current=not asked or asked == "all")
            chosen.append((file, history.chosen(asked or [history.current])))
        runs = stopping.run(run_versions(project, chosen, options, as_json))
        if as_json:
            _print_ended(project, runs)
    if tell_of_tests(runs) or any(one.status != "succeeded" for one in runs):
        raise click.exceptions.Exit(NOT_SO)


def saved_history(project: Project, file: StepFile, *, current: bool) -> StepHistory:
    """The versions of a step; text that is none yet becomes one where it is to be run."""
    history = history_now(project, file, refuses=current)
    if not current:
        return history
    kept, seen = seen_version(project, file, history)
    if kept is not history:
        note(f"The text in {file.path.name} is now {seen.label}.")
    return kept


def _print_ended(project: Project, runs: Sequence[Run]) -> None:
    from fourfold.app.answers.runs import EndedRuns, RunWithResponse
    from fourfold.runs.outcome import total_usd

    ended = [RunWithResponse.with_response(one, project.uri_of) for one in runs]
    print_answer(EndedRuns(runs=ended, cost_usd=total_usd(runs)))
