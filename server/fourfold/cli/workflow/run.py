"""workflow run: the steps in their order, or what that would cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project, step_id, take_in
from fourfold.cli.inputs import INPUT, read_inputs
from fourfold.cli.output import note, print_answer
from fourfold.cli.parameters import (
    STEP,
    STEP_VERSION,
    completed,
    folder_option,
    json_option,
    model_option,
)
from fourfold.cli.workflow.plan import print_plan
from fourfold.errors import FourfoldError
from fourfold.runs.outcome import total_usd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fourfold.app.workflow import Workflow
    from fourfold.project.project import Project
    from fourfold.store.records import Run
    from fourfold.workflow.execution import WorkflowExecution
    from fourfold.workflow.plan import WorkflowRequest


@click.command("run")
@click.option("--from", "start", type=STEP, metavar="STEP", help="This step and all after it.")
@click.option("--until", type=STEP, metavar="STEP", help="This step and all it depends on.")
@click.option(
    "--use",
    "versions",
    type=STEP_VERSION,
    multiple=True,
    metavar="STEP=VERSION",
    help="Run a step with this version, and what depends on it; may be given several times.",
)
@click.option(
    "--input",
    "inputs",
    type=INPUT,
    multiple=True,
    shell_complete=completed("inputs"),
    metavar="[STEP.]NAME=VALUE",
    help="An input of a step, or of every step that has it, as in run; may be given several times.",
)
@model_option
@click.option(
    "--budget",
    type=click.FloatRange(0),
    metavar="USD",
    help="The most dollars to spend; a step that may pass it fails.",
)
@click.option("--fresh", is_flag=True, help="Ask the models even where they have answered before.")
@click.option("--yes", is_flag=True, help="Do not ask before prompts that no workflow.yaml names.")
@click.option("--dry-run", is_flag=True, help="Only say what would be run, and its price.")
@folder_option
@json_option("EndedWorkflowRuns", "PlannedWorkflow")
def run_workflow(
    start: str | None,
    until: str | None,
    versions: tuple[tuple[str, int], ...],
    inputs: tuple[tuple[str, str], ...],
    model: str | None,
    budget: float | None,
    fresh: bool,
    yes: bool,
    dry_run: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Run the steps in the order in which they feed each other.

    They are those that workflow.yaml names; where it names none, all prompts that are there, after
    a question with their number and about what they cost. Independent steps run at once; a step
    whose prompt, inputs and model are as they were takes its response over, at no cost. A step that
    fails stops only what depends on it. Ctrl-C cancels, and keeps what is done; run it again to go
    on. The exit code is 1 if a step has not succeeded, or a
    generated test has not passed.
    """
    from fourfold.cli.running import tell_of_tests
    from fourfold.workflow.plan import WorkflowRequest

    with open_project(folder) as project:
        take_in(project, project.all_steps(), refuses=True)
        request = WorkflowRequest(
            start=start and step_id(project, start),
            until=until and step_id(project, until),
            versions={step_id(project, step): version for step, version in versions},
            fresh=fresh,
            inputs={_owned(project, key): value for key, value in read_inputs(inputs).items()},
            model=model,
            budget_usd=budget,
        )
        if dry_run:
            print_plan(project, request, as_json)
            return
        runs, error = stopping.run(_run(project, request, yes, as_json))
        if as_json:
            _print_ended(project, runs)
        elif error and all(one.error is None for one in runs):
            note(error)
    if tell_of_tests(runs) or any(one.status != "succeeded" for one in runs):
        raise click.exceptions.Exit(NOT_SO)


def _owned(project: Project, key: str) -> str:
    """STEP.NAME with the step's id in place of its path, or NAME alone."""
    step, _, name = key.rpartition(".")
    return f"{step_id(project, step)}.{name}" if step else key


async def _begin(
    workflow: Workflow, request: WorkflowRequest, yes: bool, on_change: Callable[[Run], None]
) -> WorkflowExecution:
    """What is to be run, once it is clear that it is meant."""
    from fourfold.cli.running import agrees, may_ask
    from fourfold.workflow.unnamed import UnnamedStepsError

    try:
        return await workflow.begin(request, on_change, agreed=yes)
    except UnnamedStepsError as unnamed:
        if not may_ask() or not agrees(unnamed.question):
            raise FourfoldError(
                f"{unnamed} Nothing was run: name the steps in prompts/workflow.yaml, or say --yes."
            ) from None
    return await workflow.begin(request, on_change, agreed=True)


async def _run(
    project: Project, request: WorkflowRequest, yes: bool, as_json: bool
) -> tuple[list[Run], str | None]:
    """The ended runs in the order of the workflow, and what went wrong."""
    import asyncio

    from fourfold.app.workflow import Workflow
    from fourfold.cli.run_display import make_display
    from fourfold.cli.running import engine_of

    display = make_display(single=False, as_json=as_json, by_step=True)
    execution: WorkflowExecution | None = None

    def changed(run: Run) -> None:
        if execution is not None and not run.finished:
            execution.follow(run)
            show(run.step)

    def show(step: str) -> None:
        # A step that is tried again is still the one that was promised.
        if execution is not None:
            promised = execution.promised[step]
            display.changed(replace(execution.runs[promised], id=promised))

    async with engine_of(project, display.asking, changed) as engine:
        workflow = Workflow(engine)
        execution = await _begin(workflow, request, yes, lambda run: show(run.step))
        going = asyncio.create_task(workflow.finish(execution))
        with display.live(list(execution.runs.values())):
            try:
                run = await asyncio.shield(going)
            except asyncio.CancelledError:
                # Ctrl-C or SIGTERM: what has arrived is stored and shown.
                execution.cancel()
                run = await going
    runs = list(execution.runs.values())
    display.ended(runs)
    return runs, run.error


def _print_ended(project: Project, runs: Sequence[Run]) -> None:
    from fourfold.app.answers.runs import EndedWorkflowRuns, RunWithValue

    ended = [
        RunWithValue.of(one, project.uri_of, response=one.response, value=one.processed())
        for one in runs
    ]
    print_answer(EndedWorkflowRuns(runs=ended, cost_usd=total_usd(runs)))
