"""The document of one run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fourfold.reports.run_figures import figure_rows, inputs_part, response_part
from fourfold.text import figures
from fourfold.text.markdown import code, fenced, plain, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.store.records import Rating, Run, Score


def run_document(
    run: Run,
    description: str = "",
    scores: Sequence[Score] = (),
    ratings: Sequence[Rating] = (),
) -> str:
    """Figures, the response as far as it came, what it was processed to (`description`, Markdown,
    else its value), what its test's assertions and people say of it, the tries before it, and what
    was sent, as Markdown."""
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
        f"# {plain(run.step)} {run.label}, run of {plain(run.model)}",
        table(["Figure", "Value"], list(rows.items()), ["<", ">"]),
        *(["\n".join(f"- {plain(one)}" for one in run.adjustments)] if run.adjustments else []),
        "## Response",
        response_part(run),
    ]
    if description or run.value is not None:
        parts += ["## Result", description or _value_part(run)]
    if scores:
        parts += ["## Assertions", "\n".join(f"- {_said(one)}" for one in scores)]
    if ratings:
        parts += ["## Ratings", "\n".join(f"- {_rated(one)}" for one in ratings)]
    if run.tries:
        parts += ["## Tries before it", "\n".join(f"- {_try(one)}" for one in run.tries)]
    if run.inputs:
        parts += ["## Inputs", inputs_part(run)]
    parts.append("## Messages")
    for message in run.messages:
        parts += [f"### {plain(message['role'])}", fenced(message["content"], "markdown")]
    return "\n\n".join(parts) + "\n"


def _value_part(run: Run) -> str:
    return fenced(json.dumps(run.processed(), ensure_ascii=False, indent=2), "json")


def _rated(rating: Rating) -> str:
    """`👍 alice, 2026-11-22 17:39: clear and short`"""
    mark = {1: "👍", -1: "👎", 0: "·"}[rating.rating]
    note = f": {plain(rating.note)}" if rating.note else ""
    return f"{mark} {plain(rating.person)}, {figures.local_time(rating.created)}{note}"


def _said(score: Score) -> str:
    mark = {True: "✓", False: "✗", None: "?"}[score.passed]
    return f"{mark} {plain(score.reason)}"


def _try(run: Run) -> str:
    why = f": {plain(run.error)}" if run.error else ""
    return f"{code(run.id)} {run.status}{why}"
