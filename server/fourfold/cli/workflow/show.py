"""workflow show: the steps, and how each stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project, take_in
from fourfold.cli.output import note, on_terminal, print_answer, print_table
from fourfold.cli.parameters import folder_option, json_option
from fourfold.runs.outcome import outcome
from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.workflow.tree import StepNode, WorkflowTree


@click.command("show")
@folder_option
@json_option("Workflow")
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
