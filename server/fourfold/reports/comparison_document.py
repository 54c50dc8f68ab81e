"""The comparison document in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.reports.diff_block import diff_block
from fourfold.reports.marked_answer import can_mark, marked_answer
from fourfold.reports.run_figures import ending, figure_rows, standing, without_text
from fourfold.text import figures
from fourfold.text.markdown import code, plain, quiet, quoted

if TYPE_CHECKING:
    from fourfold.reports.comparison import ComparedVersion, Comparison
    from fourfold.store.records import Run


def comparison_document(comparison: Comparison) -> str:
    """What is known of which is better, a line of figures for each version, the answers with what
    differs marked in them, and then what differs in the prompts."""
    base = comparison.base
    parts = [f"# {plain(comparison.title)}"]
    if comparison.verdict:
        parts.append(f"**{plain(comparison.verdict)}**")
    parts += [_introduction(comparison), "\n".join(map(_figures, comparison.compared))]
    parts += [f"## Response of {base.label}", _answer(comparison.step, base)]
    for other in comparison.others:
        parts += [f"## Response of {other.label}", _answer(comparison.step, other, base)]
    for other in comparison.others:
        parts += [f"## Prompt {base.label} → {other.label}", _prompt_diff(base, other)]
    return "\n\n".join(parts) + "\n"


def _introduction(comparison: Comparison) -> str:
    others = ", ".join(each.label for each in comparison.others[:-1])
    others = f"{others} and {comparison.others[-1].label}" if others else comparison.others[0].label
    test = f", with the inputs of the test {plain(comparison.test)}" if comparison.test else ""
    sentences = [
        f"{comparison.base.label} of {plain(comparison.step)} against {others}{test}: what came is "
        "**bold**, what is gone ~~struck through~~."
    ]
    runs = [each.run for each in comparison.compared if each.run]
    if any(run.inputs != runs[0].inputs for run in runs):
        sentences.append("These runs had different inputs.")
    return " ".join(sentences)


def _figures(each: ComparedVersion) -> str:
    """`- **v3**: succeeded · gpt-5-mini · 1.2 s (first word 0.3 s) · 210 + 340 tokens`"""
    rows = figure_rows(each.run)
    said = [rows["Status"]]
    if each.run is not None:
        said += [
            rows["Model"],
            f"{rows['Duration']} (first word {rows['Time to first token']})",
            f"{rows['Tokens in']} + {rows['Tokens out']} tokens",
            rows["Cost"],
            f"{rows['Words of response']} words",
        ]
    return f"- **{each.label}**: {' · '.join(one for one in said if one != figures.NOTHING)}"


def _prompt_diff(base: ComparedVersion, other: ComparedVersion) -> str:
    return diff_block(base.version.text, other.version.text) or "The prompts are the same."


def _answer(step: str, each: ComparedVersion, base: ComparedVersion | None = None) -> str:
    """How the run stands where its answer is not whole, and the answer, marked against the base's
    where both are."""
    run = each.run
    if run is None:
        return _not_run(step, each.label)
    held = base.run if base is not None and base.run is not None else None
    if held is None or not run.response or not held.response:
        return "\n\n".join([*_newer(each), *standing(run), *_shown(run)])
    parts = [*_newer(each), *standing(run)]
    if _ended(held.response) == _ended(run.response):
        return "\n\n".join([*parts, "The responses are the same, word for word."])
    if can_mark(held.response, run.response):
        marked = quoted(marked_answer(_ended(held.response), _ended(run.response)))
    else:
        marked = diff_block(_ended(held.response), _ended(run.response)) or ""
    return "\n\n".join([*parts, marked])


def _shown(run: Run) -> list[str]:
    """The answer as Markdown that cannot leave its place."""
    if not run.response:
        return without_text(run)
    shown = quiet(run.response)
    return [quoted(shown) if shown == run.response else shown]


def _newer(each: ComparedVersion) -> list[str]:
    """Says so where the version has been run again since, in vain."""
    last = each.version.last_run
    if each.run is None or last is None or last.id == each.run.id:
        return []
    shown = figures.local_time(each.run.started)
    return [f"> {ending(last)} The answer of {each.label} is that of {shown}."]


def _ended(response: str) -> str:
    """With a line end at its end, as models leave it out or not."""
    return response if not response or response.endswith("\n") else f"{response}\n"


def _not_run(step: str, label: str) -> str:
    command = f"fourfold run {step} --versions {label.removeprefix('v')}"
    return (
        f"> {label} has no response yet: choose “▶▶ Run all” on the prompt's first line, or "
        f"{code(command)}."
    )
