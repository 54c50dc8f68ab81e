"""The comparison document in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.reports.diff_block import LEGEND, diff_block
from fourfold.reports.run_figures import ending, figure_rows, is_whole, response_part
from fourfold.runs.outcome import CUT_OFF
from fourfold.text import figures
from fourfold.text.markdown import code, plain, table

if TYPE_CHECKING:
    from fourfold.reports.comparison import ComparedVersion, Comparison
    from fourfold.text.markdown import Align

_NOT_WHOLE = {
    "queued": "waits for its turn",
    "running": "is going on",
    "failed": "failed",
    "cancelled": "was cancelled",
    "succeeded": f"was {CUT_OFF}",
}


def comparison_document(comparison: Comparison) -> str:
    """Figures side by side, what differs in the prompts and the responses, all responses."""
    base = comparison.base
    parts = [
        f"# {plain(comparison.title)}",
        _introduction(comparison),
        _figures(comparison),
        LEGEND,
    ]
    for other in comparison.others:
        parts += [f"## Prompt {base.label} → {other.label}", _prompt_diff(base, other)]
    for other in comparison.others:
        parts += [
            f"## Response {base.label} → {other.label}",
            _response_diff(comparison.step, base, other),
        ]
    for each in comparison.compared:
        parts.append(f"## Response of {each.label}")
        parts.append(_response(comparison.step, each))
    return "\n\n".join(parts) + "\n"


def _introduction(comparison: Comparison) -> str:
    others = ", ".join(each.label for each in comparison.others[:-1])
    others = f"{others} and {comparison.others[-1].label}" if others else comparison.others[0].label
    test = f", with the inputs of the test {plain(comparison.test)}" if comparison.test else ""
    sentences = [f"{comparison.base.label} of {plain(comparison.step)} against {others}{test}."]
    runs = [each.run for each in comparison.compared if each.run]
    if any(run.inputs != runs[0].inputs for run in runs):
        sentences.append("These runs had different inputs.")
    return " ".join(sentences)


def _figures(comparison: Comparison) -> str:
    columns = [
        {"Saved": figures.local_time(each.version.created), **figure_rows(each.run)}
        for each in comparison.compared
    ]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    header = ["", *(each.label for each in comparison.compared)]
    figure_columns: list[Align] = [">"] * len(columns)
    return table(header, rows, ["<", *figure_columns])


def _prompt_diff(base: ComparedVersion, other: ComparedVersion) -> str:
    return diff_block(base.version.text, other.version.text) or "The prompts are the same."


def _response(step: str, each: ComparedVersion) -> str:
    if each.run is None:
        return _not_run(step, each.label)
    return "\n\n".join([*_newer(each), response_part(each.run)])


def _newer(each: ComparedVersion) -> list[str]:
    """Says so where the version has been run again since, in vain."""
    last = each.version.last_run
    if each.run is None or last is None or last.id == each.run.id:
        return []
    shown = figures.local_time(each.run.started)
    return [f"> {ending(last)} The answer of {each.label} is that of {shown}."]


def _response_diff(step: str, base: ComparedVersion, other: ComparedVersion) -> str:
    missing = [each for each in (base, other) if each.run is None]
    if base.run is None or other.run is None:
        return "\n\n".join(_not_run(step, each.label) for each in missing)
    notes = [note for each in (base, other) for note in _newer(each)]
    notes += [
        f"> The response of {each.label} is not whole: its run {_NOT_WHOLE[each.run.status]}."
        for each in (base, other)
        if each.run and not is_whole(each.run)
    ]
    difference = diff_block(_ended(base.run.response), _ended(other.run.response))
    return "\n\n".join([*notes, difference or "The responses are the same, word for word."])


def _ended(response: str) -> str:
    """With a line end at its end, as models leave it out or not."""
    return response if not response or response.endswith("\n") else f"{response}\n"


def _not_run(step: str, label: str) -> str:
    command = f"fourfold run {step} --versions {label.removeprefix('v')}"
    return (
        f"> {label} has no response yet: choose “▶▶ Run all” on the prompt's first line, or "
        f"{code(command)}."
    )
