"""What a run came to, in the few words that lenses, documents and the command line share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.store.records import Run

CUT_OFF = "cut off at the limit of tokens; raise maxOutputTokens"


def outcome(run: Run) -> str:
    """`1.2 s · 340 tokens · $0.0004`, and that it is not whole; else the status of a run that has
    not succeeded. Another person's says whose it is."""
    if run.status != "succeeded":
        return by_whom(run.status, run)
    parts = [figures.result(run.duration_ms, run.output_tokens, run.cost_usd) or "done"]
    if run.truncated:
        parts.append(CUT_OFF)
    if run.tries:
        parts.append(f"{figures.counted(len(run.tries), 'response')} before it did not fit")
    return by_whom(" · ".join(parts), run)


def by_whom(said: str, run: Run) -> str:
    """What is said of a run, with the name of the person whose it is, where that is another."""
    return said if run.author is None else f"{said} · by {run.author}"


def total_usd(runs: Iterable[Run]) -> float | None:
    """What runs have cost together, with the tries before them; None where no price is known."""
    costs = [each.cost_usd for run in runs for each in (run, *run.tries)]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known else None
