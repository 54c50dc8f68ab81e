"""One response as the board's page shows it: the run view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.board import RunPage
from fourfold.app.answers.runs import RunSummary, WholeRun
from fourfold.app.answers.versions import Version
from fourfold.app.contents import describe
from fourfold.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run
    from fourfold.store.records import Version as KeptVersion

    LiveRun = Callable[[str], Run | None]


def make_run_page(
    project: Project, file: StepFile, uri: str, run_id: str | None, live: LiveRun
) -> RunPage:
    """`uri` is the prompt file's, `live` gives the response so far of a run that goes on. Without
    `run_id` it is the run that speaks for the current version.

    InvalidArgumentError where there is no such run.
    """
    history = project.history(file)
    store = project.store
    if run_id is None:
        last = history.current_version.last_run
        found = store.latest_run(file.step, history.current) or last
        if found is None:
            label = history.current_version.label
            raise InvalidArgumentError(
                "run", f"{label} of {file.step} has not been run yet; run it."
            )
        run_id = found.id
    run = live(run_id) or store.find_run(run_id)
    if run is None or run.step != file.step:
        raise InvalidArgumentError("run", f"{file.step} has no run {run_id}.")
    kept = next((one for one in history.versions if one.number == run.version), None)
    newest = kept.last_run if kept is not None else None
    return RunPage(
        title=project.workflow().title(file.step),
        uri=uri,
        version=(
            None if kept is None else Version.of(kept, history, file.suffix, project.uri_of, {})
        ),
        current=history.current,
        run=WholeRun.whole(run, store.scores(run.id), store.ratings(run.id), project.uri_of),
        inputs=dict(run.inputs),
        newer=(
            RunSummary.of(live(newest.id) or newest, project.uri_of)
            if newest is not None and run.test is None and newest.id != run.id
            else None
        ),
        older=_older(project, run, kept),
        said=describe(project, kept, run) if kept is not None and run.finished else "",
    )


def _older(project: Project, run: Run, version: KeptVersion | None) -> RunSummary | None:
    """The answer that speaks for the version, where a run has ended without one."""
    if version is None or not run.finished or run.status == "succeeded" or run.test is not None:
        return None
    found = project.store.latest_run(run.step, version.number)
    if found is None or found.status != "succeeded":
        return None
    return RunSummary.of(found, project.uri_of)
