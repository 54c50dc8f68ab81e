"""The workflow as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.workflow.tree import StepNode

_STYLES = {
    "not_started": "fill:#8882,stroke:#888,stroke-dasharray:4 3",
    "running": "fill:#0a84ff33,stroke:#0a84ff",
    "succeeded": "fill:#2ea04333,stroke:#2ea043",
    "failed": "fill:#f8514933,stroke:#f85149",
    "cancelled": "fill:#a371f733,stroke:#a371f7",
    "stale": "fill:#d2992233,stroke:#d29922,stroke-dasharray:4 3",
}


def workflow_diagram(steps: Sequence[StepNode]) -> str:
    """Every step as a box in the colour of its status, and arrows from each to those it feeds."""
    names = {step.config.id: f"s{number}" for number, step in enumerate(steps)}
    lines = ["flowchart TB"]  # it is read in a pane beside the prompt
    for step in steps:
        status = step.state.status.value
        version = [f"v{step.current}"] if step.current else []
        about = " · ".join([*version, status.replace("_", " ")])
        text = f"{_quoted(step.config.title)}<br/>{about}"
        lines.append(f'    {names[step.config.id]}["{text}"]:::{status}')
    for step in steps:
        for name, source in step.needs.items():
            if source in names:
                lines.append(f"    {names[source]} -->|{_quoted(name)}| {names[step.config.id]}")
    shown = dict.fromkeys(step.state.status.value for step in steps)
    lines += [f"    classDef {status} {_STYLES[status]}" for status in shown]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """`text` as Mermaid shows it in a label, whatever it holds."""
    return "".join(
        character if character.isalnum() or character in " _-./" else f"#{ord(character)};"
        for character in " ".join(text.split())
    )
