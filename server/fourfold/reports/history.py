"""The kept versions of a step: as cells, as a list for a narrow window, and as a document."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from fourfold.reports.diff_block import LEGEND, diff_block
from fourfold.runs.outcome import CUT_OFF, outcome
from fourfold.text import figures
from fourfold.text.filling import filled
from fourfold.text.markdown import plain
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.store.records import Cause, StepHistory, Version

CAUSES: dict[Cause, str] = {
    "seed": "first seen",
    "save": "saved",
    "external": "changed on disk",
    "command": "saved by command",
}


def history_cells(history: StepHistory) -> list[list[str]]:
    """A row for each version, newest first: label, what marks it, when, cause, words, lines, runs,
    last result."""
    return [
        [
            version.label,
            ", ".join(
                filter(None, [_marks(version, history.current), _name(version), _ratings(version)])
            ),
            figures.local_time(version.created),
            CAUSES[version.cause],
            figures.count(version.words),
            figures.line_changes(version.lines_added, version.lines_removed),
            figures.count(version.run_count),
            outcome(version.last_run) if version.last_run else figures.NOTHING,
        ]
        for version in history.versions
    ]


def history_list(
    history: StepHistory,
    shown: Version | None = None,
    says: Sequence[str] = (),
    rates: Mapping[str, str] = MappingProxyType({}),
    *,
    markdown: bool = True,
) -> str:
    """How the step stands, and an item for each version, newest first. It reads well as it stands
    too: no line is longer than a terminal is wide, unless a name is. `shown` is the version that
    the user sees, `says` what else is said of it; `rates` are how many of their tests versions
    pass, by the hashes of their texts."""
    said: Callable[[str], str] = plain if markdown else one_line
    strong = "**" if markdown else ""
    state, *went = _state(history, shown)
    title = filled([f"{strong}{said(history.step)}{strong}: {state}", *says, *went], "; ")
    items = [_item(one, history, rates.get(one.hash), said) for one in history.versions]
    return "\n".join([title, "", *items])


def history_document(history: StepHistory) -> str:
    """The list, and what each version has changed of the one that it was made from."""
    parts = [f"# The versions of {plain(history.step)}", history_list(history), LEGEND]
    texts = {version.number: version.text for version in history.versions}
    for version in history.versions:
        if version.parent in texts:
            parts.append(f"## v{version.parent} → {version.label}")
            parts.append(diff_block(texts[version.parent], version.text) or "They are the same.")
    return "\n\n".join(parts) + "\n"


def _state(history: StepHistory, shown: Version | None) -> list[str]:
    """Which version is current, and which runs the last change has cost."""
    state = f"{history.current_version.label} is current"
    if shown is not None and shown.number != history.current:
        state = f"this is {shown.label}, save to make it current; {state}"
    lost = [gone for gone in history.pushed_out if gone.runs]
    return [state, *(f"{figures.went(*gone)} (undo brings it back)" for gone in lost)]


def _item(
    version: Version, history: StepHistory, rate: str | None, said: Callable[[str], str]
) -> str:
    marks = _marks(version, history.current)
    parts = [
        f"{version.label} {marks}".rstrip(),
        *([said(_name(version))] if version.name else []),
        figures.line_changes(version.lines_added, version.lines_removed),
        *([f"tests {rate}"] if rate else []),
        *([_ratings(version)] if _ratings(version) else []),
    ]
    if version.run_count:
        parts.append(figures.counted(version.run_count, "run"))
    if version.last_run:
        result = outcome(version.last_run).replace(CUT_OFF, "cut off")  # there is little room
        parts += map(said, result.split(" · "))
    parts.append(f"{CAUSES[version.cause]} {figures.local_time(version.created)}")
    return filled(parts, " · ", first="- ", others="  ")


def _marks(version: Version, current: int) -> str:
    marks = ["current" * (version.number == current), "pinned" * version.pinned]
    return ", ".join(filter(None, marks))


def _name(version: Version) -> str:
    return f"“{version.name}”" if version.name else ""


def _ratings(version: Version) -> str:
    """`👍 2 👎 1`, without what is 0."""
    counts = {"👍": version.good, "👎": version.bad}
    return " ".join(f"{mark} {count:,}" for mark, count in counts.items() if count)
