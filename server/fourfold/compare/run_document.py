"""The document of one run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fourfold.compare.run_figures import figure_rows, inputs_part, response_part
from fourfold.markup import code, fenced, plain, table

if TYPE_CHECKING:
    from fourfold.store.records import Run


def run_document(run: Run, description: str = "") -> str:
    """Figures, the response as far as it came, what it was processed to (`description`, Markdown),
    and what was sent, as Markdown."""
    rows = figure_rows(run)
    if run.test:
        rows["Test"] = plain(run.test)
    if run.repeat > 1:
        rows["Repeat"] = str(run.repeat)
    if run.used_examples:
        rows["Examples used"] = plain(", ".join(run.used_examples))
    for name, value in run.parameters.items():
        written = value if isinstance(value, str) else json.dumps(value, default=str)
        rows[code(name).replace("|", "\\|")] = plain(written)
    parts = [
        f"# {plain(run.step)} v{run.version}, run of {plain(run.model)}",
        table(["Figure", "Value"], list(rows.items()), ["<", ">"]),
        *(["\n".join(f"- {plain(one)}" for one in run.adjustments)] if run.adjustments else []),
        "## Response",
        response_part(run),
    ]
    if description:
        parts += ["## Result", description]
    if run.inputs:
        parts += ["## Inputs", inputs_part(run)]
    parts.append("## Messages")
    for message in run.messages:
        parts += [f"### {plain(message['role'])}", fenced(message["content"], "markdown")]
    return "\n\n".join(parts) + "\n"
