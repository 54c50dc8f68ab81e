"""workflow: all steps in order, and how they stand."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.diff import print_difference
from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project, step_id, step_now, take_in
from fourfold.cli.inputs import INPUT, read_inputs
from fourfold.cli.output import (
    confirm,
    note,
    on_terminal,
    print_answer,
    print_markdown,
    print_table,
    say,
)
from fourfold.cli.parameters import STEP, STEP_VERSION, folder_option, json_option, step_argument
from fourfold.errors import FourfoldError
from fourfold.runs.outcome import outcome, total_usd
from fourfold.text import figures
from fourfold.text.patch import NamedText
from fourfold.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fourfold.app.workflow import Workflow
    from fourfold.app.writing import FilePlan
    from fourfold.project.project import Project
    from fourfold.steps.writing import FileChange
    from fourfold.store.records import Run
    from fourfold.user.consent import Question
    from fourfold.workflow.execution import WorkflowExecution
    from fourfold.workflow.plan import WorkflowRequest
    from fourfold.workflow.tree import StepNode, WorkflowTree

NOTHING = "/dev/null"


@click.group()
def workflow() -> None:
    """Run the workflow of workflow.yaml, and see how its steps stand."""


@workflow.command("run")
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
    metavar="[STEP.]NAME=VALUE",
    help="An input of a step, or of every step that has it, as in run; may be given several times.",
)
@click.option("--fresh", is_flag=True, help="Ask the models even where they have answered before.")
@click.option("--yes", is_flag=True, help="Do not ask before prompts that no workflow.yaml names.")
@folder_option
@json_option
def run_workflow(
    start: str | None,
    until: str | None,
    versions: tuple[tuple[str, int], ...],
    inputs: tuple[tuple[str, str], ...],
    fresh: bool,
    yes: bool,
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
        )
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


@workflow.command("show")
@folder_option
@json_option
def show_workflow(folder: Path | None, as_json: bool) -> None:
    """Show the steps with their sub-steps, and how each stands.

    The exit code is 1 if workflow.yaml cannot be run as it is.
    """
    from fourfold.app.answers.workflow import read_workflow
    from fourfold.workflow.checking import what_breaks
    from fourfold.workflow.tree import read_tree

    with open_project(folder, looks=True) as project:
        take_in(project, project.all_steps())
        if as_json:
            print_answer(read_workflow(project))
        else:
            _print_tree(read_tree(project))
        broken = what_breaks(project)
    if broken is not None:
        note(f"{broken} (`fourfold check` says all.)")
        raise click.exceptions.Exit(NOT_SO)


@workflow.command("write")
@step_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@folder_option
@json_option
def write_files(step: str, yes: bool, folder: Path | None, as_json: bool) -> None:
    """Write the files of a step's response below the folder that workflow.yaml names for them.

    What changes is shown as a diff first. Nothing is written without a yes, on a terminal or as
    --yes; a file that tools run or obey, marked with ⚠, only after a yes of its own on a terminal.
    The exit code is 1 if a file that would change was not written.
    """
    from fourfold.app.answers.files import WrittenFiles
    from fourfold.app.writing import plan_files
    from fourfold.cli.running import may_ask
    from fourfold.steps.writing import write

    with open_project(folder) as project:
        file, _ = step_now(project, step)
        planned = plan_files(project, file)
        if not as_json:
            for change in planned.changes:
                _print_change(planned, change)
        agreed = _agreed(planned, yes=yes, asked=not as_json and may_ask())
        written = write(agreed)
        left = [one for one in planned.pending_alone if one not in agreed]
        for change in left:
            note(
                f"⚠ {visible(planned.place(change))} was not written: "
                f"{planned.warnings[change.path]}, so it takes a yes of its own on a terminal."
            )
        if as_json:
            print_answer(WrittenFiles.of(planned, len(written)))
        elif agreed or not (planned.pending or left):
            note(f"Wrote {figures.counted(len(written), 'file')} below {planned.folder}/.")
        else:
            note("Nothing was written; say --yes to write the files without a ⚠.")
    if len(agreed) < len(planned.pending) + len(planned.pending_alone):
        raise click.exceptions.Exit(NOT_SO)


def _print_change(planned: FilePlan, change: FileChange) -> None:
    """What would change in a file, with all that cannot be seen in it made visible."""
    path, before, after = planned.place(change), change.before, change.after
    if before != after and (why := planned.warnings.get(change.path)) is not None:
        say(f"⚠ {visible(path)}: {why}.")
    if "\r\n" in after:  # which the plan took over from the file
        before, after = (before or "").replace("\r\n", "\n"), after.replace("\r\n", "\n")
    name = NOTHING if change.before is None else visible(path)
    print_difference(
        NamedText(name, visible(before or "")), NamedText(visible(path), visible(after))
    )


def _agreed(planned: FilePlan, *, yes: bool, asked: bool) -> list[FileChange]:
    """The changes that somebody has said yes to."""
    agreed = []
    if planned.pending and (yes or (asked and confirm("Write?"))):
        agreed += planned.pending
    if asked:
        agreed += [one for one in planned.pending_alone if confirm(planned.question(one))]
    return agreed


@workflow.command("runs")
@folder_option
@json_option
def list_workflow_runs(folder: Path | None, as_json: bool) -> None:
    """List the runs of the workflow, the newest first."""
    from fourfold.app.workflow_runs import MOST_LISTED, list_runs

    with open_project(folder, looks=True) as project:
        if as_json:
            print_answer(list_runs(project))
            return
        runs = project.store.workflow_runs(MOST_LISTED)
        print_table(
            ["Run", "Started", "Status", ""],
            [
                [run.id, figures.local_time(run.started), run.status, run.error or ""]
                for run in runs
            ],
            ["<", "<", "<", "<"],
        )


@workflow.command("compare")
@click.argument("runs", metavar="[RUN RUN]", nargs=-1)
@folder_option
@json_option
def compare_workflow_runs(runs: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Compare two runs of the workflow: versions used, and what differs in each response.

    Without RUNS: the newest two. In a pipe it is Markdown.
    """
    from fourfold.app.answers.comparisons import WorkflowComparisonWithFigures
    from fourfold.app.workflow_runs import compare_runs
    from fourfold.reports.workflow_comparison import workflow_comparison_document

    with open_project(folder, looks=True) as project:
        compared = compare_runs(project, runs or None)
        if as_json:
            print_answer(WorkflowComparisonWithFigures.figures(compared, project.uri_of))
        else:
            print_markdown(workflow_comparison_document(compared))


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

    from fourfold.app.engine import open_engine
    from fourfold.app.workflow import Workflow
    from fourfold.cli.run_display import make_display
    from fourfold.cli.running import agrees, may_ask

    display = make_display(single=False, as_json=as_json, by_step=True)

    async def ask(question: Question) -> bool:
        with display.asking():
            return agrees(question)

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

    async with open_engine(
        project,
        on_change=changed,
        on_error=lambda error: note(str(error)),
        on_news=note,
        ask=ask if may_ask() else None,
    ) as engine:
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


def _print_tree(tree: WorkflowTree) -> None:
    rows = [_row(node, depth) for node, depth in _with_depth(tree.steps, 0)]
    note(f"{tree.name}: {_said(tree.status)}")
    print_table(
        ["Step", "Status", "Current", "Takes", "Last result"],
        rows,
        ["<", "<", "<", "<", "<"],
        spare=["Takes"],
    )


def _with_depth(nodes: tuple[StepNode, ...], depth: int) -> list[tuple[StepNode, int]]:
    return [one for node in nodes for one in ((node, depth), *_with_depth(node.steps, depth + 1))]


def _row(node: StepNode, depth: int) -> list[str]:
    run = node.last_run
    takes = [source.value for source in node.config.inputs.values() if source.kind == "step"]
    result = ""
    if run is not None:
        result = run.error or outcome(run)
    indent = "  " * depth if on_terminal(sys.stdout) else ""
    return [
        f"{indent}{node.config.id}",
        _said(node.state.status),
        f"v{node.current}" if node.current else figures.NOTHING,
        ", ".join(dict.fromkeys(takes)) or figures.NOTHING,
        result or figures.NOTHING,
    ]


def _said(status: str) -> str:
    return status.replace("_", " ")
