"""What can be done with the workflow, as titles and commands at lines of workflow.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol.types import CodeAction, Command, Range

from fourfold.lsp.convert import ACTION_KIND, FIRST_LINE
from fourfold.lsp.labels import label
from fourfold.lsp.shown.menu import result_title
from fourfold.workflow.evaluation import WorkflowStatus
from fourfold.workflow.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.workflow.file.configuration import WorkflowConfig
    from fourfold.workflow.tree import StepNode, WorkflowTree

_SIGNS = {
    WorkflowStatus.NOT_STARTED: "○ not run yet",
    WorkflowStatus.RUNNING: "◔ running…",
    WorkflowStatus.SUCCEEDED: "✓",
    WorkflowStatus.FAILED: "✗ failed",
    WorkflowStatus.CANCELLED: "⊘ cancelled",
    WorkflowStatus.STALE: "↻ stale",
}


class Entry(NamedTuple):
    """A command at a line of workflow.yaml; `step` is "" for the workflow as a whole."""

    range: Range
    command: Command
    step: str = ""


async def read_entries(file: OpenWorkflowFile) -> list[Entry]:
    """The commands of the whole file as it stands, with the states of now."""
    tree = await file.folder.ask(read_tree)
    return list(_entries(file, await file.config(), tree))


async def read_actions(file: OpenWorkflowFile, line: int) -> list[CodeAction]:
    """The commands for a cursor on that line, with titles that say what they are about."""
    entries = await read_entries(file)
    above = [entry for entry in entries if entry.step and entry.range.start.line <= line]
    nearest = above[-1].step if above else ""
    actions = []
    for entry in entries:
        if entry.step in ("", nearest):
            about = f" ({entry.step})" if entry.step else ""
            title = label(f"{entry.command.title}{about}")
            actions.append(CodeAction(title, kind=ACTION_KIND, command=entry.command))
    return actions


def _entries(file: OpenWorkflowFile, config: WorkflowConfig, tree: WorkflowTree) -> Iterator[Entry]:
    yield Entry(FIRST_LINE, _command(file, "▶▶ Run the workflow", "startWorkflow"))
    yield Entry(FIRST_LINE, _command(file, "◫ Diagram", "showWorkflowDocument"))
    if tree.status is WorkflowStatus.RUNNING:
        yield Entry(FIRST_LINE, _command(file, "◼ Cancel", "cancelRuns"))
    nodes = {node.config.id: node for node in tree.walk()}
    for step in config.walk():
        node = nodes.get(step.id)
        if node is None or node.file is None:
            continue
        at = file.client_range(step.range)
        for command in _of_step(file, node):
            yield Entry(at, command, step.id)


def _of_step(file: OpenWorkflowFile, node: StepNode) -> Iterator[Command]:
    step = node.config.id
    yield _status(file, node)
    yield _command(file, "▶ Run to here", "startWorkflow", until=step)
    yield _command(file, "▶ Run from here", "startWorkflow", **{"from": step})


def _status(file: OpenWorkflowFile, node: StepNode) -> Command:
    """How the step stands; it leads to the step's last run, where there was one."""
    title = _SIGNS[node.state.status]
    run = node.last_run
    if run is None or node.file is None:
        return _command(file, title, "startWorkflow", until=node.config.id)
    if node.state.status is WorkflowStatus.SUCCEEDED:
        title = f"{title} {result_title(run)}"
    fields = {"uri": file.uri_of(node.file.path), "run": run.id}
    return Command(label(title), "fourfold.showRun", arguments=[fields])


def _command(file: OpenWorkflowFile, title: str, name: str, **fields: Any) -> Command:
    return Command(label(title), f"fourfold.{name}", arguments=[{"uri": file.uri, **fields}])
