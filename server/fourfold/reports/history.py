"""The kept versions of a step as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.runs.outcome import outcome
from fourfold.text import figures
from fourfold.text.markdown import link, plain, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.store.records import Cause, StepHistory, Version
    from fourfold.text.markdown import Align

CAUSES: dict[Cause, str] = {
    "seed": "first seen",
    "save": "saved",
    "external": "changed on disk",
    "command": "saved by command",
}
_HEADER = ("Version", "", "When", "Cause", "Words", "Lines", "Runs", "Last result")


def history_cells(history: StepHistory) -> list[list[str]]:
    """A row for each version, newest first: label, what marks it, when, cause, words, lines, runs,
    last result."""
    return [
        [
            version.label,
            _marks(version, history.current),
            figures.local_time(version.created),
            CAUSES[version.cause],
            figures.count(version.words),
            figures.line_changes(version.lines_added, version.lines_removed),
            figures.count(version.run_count),
            outcome(version.last_run) if version.last_run else figures.NOTHING,
        ]
        for version in history.versions
    ]


def _marks(version: Version, current: int) -> str:
    name = f"“{version.name}”" if version.name else ""
    marks = ["current" * (version.number == current), "pinned" * version.pinned, name]
    return ", ".join(filter(None, marks))


def history_table(
    history: StepHistory, uri_of: Callable[[Version], str | None], rates: Mapping[str, str]
) -> str:
    """A Markdown table, newest first; a version is a link where `uri_of` gives it a target. `rates`
    are how many of their tests versions pass, by the hashes of their texts."""
    rows = []
    tested = [rates.get(version.hash, figures.NOTHING) for version in history.versions]
    for version, (label, *cells) in zip(history.versions, history_cells(history), strict=True):
        uri = uri_of(version)
        marks, *others, last = cells
        rows.append([link(label, uri) if uri else label, plain(marks), *others, plain(last)])
    header = list(_HEADER)
    align: list[Align] = ["<", "<", "<", "<", ">", ">", ">", ">"]
    if any(rate != figures.NOTHING for rate in tested):
        rows = [[*row, rate] for row, rate in zip(rows, tested, strict=True)]
        header, align = [*header, "Tests"], [*align, ">"]
    return table(header, rows, align)
