"""The workflow as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STYLES = {
    "not_started": "fill:#8882,stroke:#888,stroke-dasharray:4 3",
    "running": "fill:#0a84ff33,stroke:#0a84ff",
    "succeeded": "fill:#2ea04333,stroke:#2ea043",
    "failed": "fill:#f8514933,stroke:#f85149",
    "cancelled": "fill:#a371f733,stroke:#a371f7",
    "stale": "fill:#d2992233,stroke:#d29922,stroke-dasharray:4 3",
}


@dataclass(frozen=True, slots=True)
class DiagramStep:
    """A step to draw: `inputs` are the ids of the steps that it takes, by input; `status` is a
    WorkflowStatus's value, `version` a label such as v3, or None."""

    id: str
    title: str
    status: str
    version: str | None
    inputs: Mapping[str, str]


def workflow_diagram(steps: Sequence[DiagramStep]) -> str:
    """Every step as a box in the colour of its status, and arrows from each to those it feeds."""
    names = {step.id: f"s{number}" for number, step in enumerate(steps)}
    lines = ["flowchart TB"]  # it is read in a pane beside the prompt
    for step in steps:
        about = " · ".join(part for part in (step.version, step.status.replace("_", " ")) if part)
        text = f"{_quoted(step.title)}<br/>{about}"
        lines.append(f'    {names[step.id]}["{text}"]:::{step.status}')
    for step in steps:
        for name, source in step.inputs.items():
            if source in names:
                lines.append(f"    {names[source]} -->|{_quoted(name)}| {names[step.id]}")
    shown = dict.fromkeys(step.status for step in steps)
    lines += [f"    classDef {status} {_STYLES[status]}" for status in shown]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """`text` as Mermaid shows it in a label, whatever it holds."""
    return "".join(
        character if character.isalnum() or character in " _-./" else f"#{ord(character)};"
        for character in " ".join(text.split())
    )
