"""The document of what a version was answered: the response alone, as long as it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.reports.run_figures import ending, is_whole
from fourfold.text import figures
from fourfold.text.markdown import plain, quiet

if TYPE_CHECKING:
    from fourfold.store.records import Run, Version


def response_document(
    version: Version, run: Run | None, newer: Run | None = None, description: str = ""
) -> str:
    """The response of `run`, which speaks for the version, and what it was processed to.

    A run that gave no whole answer says above how it ended. Where it is `newer`, the answer of
    before is marked as such, and that of another person with the name.
    """
    if run is None:
        return f"{version.label} of {plain(version.step)} has no response yet; run it to get one.\n"
    if not run.response:
        return f"{version.label} of {plain(version.step)}: {_without_text(run)}\n"
    answer = quiet(run.response)
    if description:
        answer = f"{answer.rstrip()}\n\n---\n\n{description}\n"
    by = "" if run.author is None else f", by {plain(run.author)}"
    arrived = f"> {ending(run)} What had arrived{by}:"
    if newer is not None:
        whole = f"Answer of {figures.local_time(run.started)}, {version.label}{by}:"
        before = whole if is_whole(run) else arrived
        return _joined(f"> {ending(newer)}", quiet(newer.response), before, answer)
    if run.finished and not is_whole(run):
        return _joined(arrived, answer)
    return _joined(f"> Answer of {version.label}{by}:", answer) if by else answer


def _joined(*parts: str) -> str:
    return "\n\n".join(part.rstrip() for part in parts if part) + "\n"


def _without_text(run: Run) -> str:
    if not run.finished:
        return "the response is still to come."
    return "the response is empty." if run.status == "succeeded" else ending(run)
