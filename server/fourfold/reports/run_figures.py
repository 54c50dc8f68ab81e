"""What a run came to, in words and cells that all documents share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fourfold.runs.outcome import CUT_OFF, by_whom
from fourfold.text import figures
from fourfold.text.markdown import fenced, plain
from fourfold.text.same import count_words

if TYPE_CHECKING:
    from fourfold.store.records import Run

_UNFINISHED = {
    "queued": "The run waits for its turn.",
    "running": "The response is still arriving.",
    "cancelled": "The run was cancelled.",
}


def figure_rows(run: Run | None) -> dict[str, str]:
    """The figures of a run by name, in the order to be shown, as table cells."""
    return {
        "Status": plain(_status(run)),
        "Model": plain(run.model) if run else figures.NOTHING,
        "Started": figures.local_time(run.started if run else None),
        "Time to first token": figures.seconds(run.first_token_ms if run else None),
        "Duration": figures.seconds(run.duration_ms if run else None),
        "Tokens in": figures.count(run.input_tokens if run else None),
        "Tokens out": figures.count(run.output_tokens if run else None),
        "Cost": figures.dollars(run.cost_usd if run else None),
        "Words of response": figures.count(count_words(run.response) if run else None),
    }


def response_part(run: Run) -> str:
    """How the run stands where its response is not whole, then all of that, as Markdown."""
    parts = standing(run)
    if run.response:
        parts.append(fenced(run.response, "markdown"))
    else:
        parts += without_text(run)
    return "\n\n".join(parts)


def without_text(run: Run) -> list[str]:
    """What is said in place of a response without text."""
    if not run.finished:
        return []
    return ["The response is empty." if is_whole(run) else "Nothing had arrived."]


def standing(run: Run) -> list[str]:
    """How the run stands, where its response is not whole."""
    return [] if is_whole(run) else [_how_it_stands(run)]


def is_whole(run: Run) -> bool:
    """Whether all of the response is there."""
    return run.status == "succeeded" and not run.truncated


def ending(run: Run) -> str:
    """How a run that gave no whole answer ended, and when it began, as a sentence of Markdown."""
    which = f"The run of {figures.local_time(run.started)}" if run.started else "The last run"
    if run.status == "failed":
        return f"{which} failed: {_reason(run)}"
    if run.status == "succeeded":
        return f"{which} was {CUT_OFF}."
    how = "was cancelled" if run.status == "cancelled" else "goes on in another program"
    return f"{which} {how}."


def inputs_part(run: Run) -> str:
    """The inputs as a block of JSON."""
    return fenced(json.dumps(run.inputs, ensure_ascii=False, indent=2, default=str), "json")


def _status(run: Run | None) -> str:
    if run is None:
        return "not run yet"
    cut = ", cut off" if run.truncated else ""
    return by_whom(f"{run.status}{cut}{', reused' if run.cached else ''}", run)


def _how_it_stands(run: Run) -> str:
    if run.status == "succeeded":
        return f"> The response was {CUT_OFF}."
    if run.status != "failed":
        return f"> {_UNFINISHED[run.status]}"
    return f"> The run failed: {_reason(run)}"


def _reason(run: Run) -> str:
    return plain(run.error or "no reason is known.")
