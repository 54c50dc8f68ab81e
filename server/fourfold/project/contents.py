"""What the virtual documents of a workspace folder say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.compare.comparison import Comparison
    from fourfold.project.documents import Document
    from fourfold.project.project import Project
    from fourfold.store.records import Run, StepHistory, Version

    LiveRun = Callable[[str], Run | None]


def document_text(project: Project, document: Document, live: LiveRun) -> str:
    """The text of a document now. `live` gives the response so far of a run that goes on.

    FourfoldError where what it was about is no longer kept.
    """
    if document.kind == "run":
        from fourfold.compare.run_document import run_document

        run = live(document.run) or project.store.find_run(document.run)
        if run is None:
            raise FourfoldError(
                f"This run of {document.step} went with its version; run the step again."
            )
        return run_document(run)
    history = project.store.history(document.step)
    if history is None:
        raise FourfoldError(f"There is no step {document.step} any more; save its prompt again.")
    if document.kind == "comparison":
        from fourfold.compare.markdown import comparison_document

        return comparison_document(make_comparison(project, history, document.versions, live))
    version = _kept(history, document.versions[0])
    if document.kind == "version":
        return version.text
    run = newest_run(project, version, live)
    if run is None:
        return f"{version.label} of {document.step} has no response yet; run it to get one.\n"
    return run.response or f"{version.label} of {document.step}: {_without_text(run)}\n"


def make_comparison(
    project: Project, history: StepHistory, numbers: Sequence[int] | None, live: LiveRun
) -> Comparison:
    """These versions, or the current and the newest other, each with the run that speaks for it."""
    from fourfold.compare.comparison import (
        ComparedVersion,
        Comparison,
        versions_to_compare,
    )

    versions = versions_to_compare(history, numbers)
    compared = tuple(ComparedVersion(v, newest_run(project, v, live)) for v in versions)
    return Comparison(history.step, compared)


def newest_run(project: Project, version: Version, live: LiveRun) -> Run | None:
    """The run that goes on, else the one that speaks for the version, if there is one."""
    last = version.last_run
    if last is not None and not last.finished and (going_on := live(last.id)) is not None:
        return going_on
    return project.store.latest_run(version.step, version.number)


def _without_text(run: Run) -> str:
    if not run.finished:
        return "the response is still to come."
    return run.error or {"succeeded": "the response is empty."}.get(run.status, f"{run.status}.")


def _kept(history: StepHistory, number: int) -> Version:
    try:
        return history.version(number)
    except KeyError:
        kept = ", ".join(version.label for version in reversed(history.versions))
        raise FourfoldError(
            f"v{number} of {history.step} is no longer kept; kept are {kept}."
        ) from None
