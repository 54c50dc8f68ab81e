"""The document of a workflow: its diagram, and how each step stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold import figures
from fourfold.compare.workflow_diagram import workflow_diagram
from fourfold.markup import fenced, plain, table
from fourfold.runs.outcome import outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.compare.workflow_diagram import DiagramStep
    from fourfold.store.records import Run


def workflow_document(
    name: str, status: str, steps: Sequence[DiagramStep], runs: Mapping[str, Run]
) -> str:
    """The workflow as Markdown; `runs` are the last ones of those steps that have one."""
    if not steps:
        return f"# {plain(name)}\n\nThere are no steps yet: put a prompt into prompts/.\n"
    rows = [
        [
            plain(step.id),
            step.status.replace("_", " "),
            step.version or figures.NOTHING,
            ", ".join(plain(one) for one in dict.fromkeys(step.inputs.values())) or figures.NOTHING,
            _result(runs.get(step.id)),
        ]
        for step in steps
    ]
    return (
        "\n\n".join(
            [
                f"# {plain(name)}: {status.replace('_', ' ')}",
                fenced(workflow_diagram(steps), "mermaid"),
                table(["Step", "Status", "Current", "Takes", "Last result"], rows, ["<"] * 5),
            ]
        )
        + "\n"
    )


def _result(run: Run | None) -> str:
    return figures.NOTHING if run is None else plain(run.error or outcome(run))
