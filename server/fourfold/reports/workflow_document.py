"""The document of a workflow: its diagram, and how each step stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.reports.workflow_diagram import workflow_diagram
from fourfold.runs.outcome import outcome
from fourfold.text import figures
from fourfold.text.markdown import fenced, plain, table

if TYPE_CHECKING:
    from fourfold.store.records import Run
    from fourfold.workflow.tree import WorkflowTree


def workflow_document(tree: WorkflowTree) -> str:
    """The workflow as Markdown: the steps that have a prompt."""
    steps = [node for node in tree.walk() if node.file is not None]
    if not steps:
        return f"# {plain(tree.name)}\n\nThere are no steps yet: put a prompt into prompts/.\n"
    rows = [
        [
            plain(step.config.id),
            step.state.status.replace("_", " "),
            f"v{step.current}" if step.current else figures.NOTHING,
            ", ".join(plain(one) for one in dict.fromkeys(step.needs.values())) or figures.NOTHING,
            _result(step.last_run),
        ]
        for step in steps
    ]
    return (
        "\n\n".join(
            [
                f"# {plain(tree.name)}: {tree.status.replace('_', ' ')}",
                fenced(workflow_diagram(steps), "mermaid"),
                table(["Step", "Status", "Current", "Takes", "Last result"], rows, ["<"] * 5),
            ]
        )
        + "\n"
    )


def _result(run: Run | None) -> str:
    return figures.NOTHING if run is None else plain(run.error or outcome(run))
