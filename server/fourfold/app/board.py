"""What the board shows of a step: its versions side by side, and what the tests have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.app import shapes
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from fourfold.app.shapes import UriOf
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, Score

    LiveRun = Callable[[str], Run | None]

RUNS_OF_AN_ARM = 5
"""How many of the newest runs of a version can be looked at, beside those of tests."""


def make_board(
    project: Project,
    file: StepFile,
    uri: str,
    live: LiveRun,
    *,
    matrix: str | None = None,
    tested: bool = True,
) -> dict[str, Any]:
    """Board. `uri` is the prompt file's, `live` gives the response so far of a run that goes on.

    The report is that of `matrix`, by its id, else of the last one; InvalidArgumentError where
    there is no such one. Unless `tested` what comes of tests is left out, which takes longest.
    """

    def uri_of(document: Any) -> str:
        return str(document.uri(project.key))

    history = project.history(file)
    listed = shapes.version_list(history, uri, file.suffix, uri_of)
    texts = {version.number: version.text for version in history.versions}
    return {
        "step": file.step,
        "title": project.workflow().title(file.step),
        "uri": uri,
        "current": history.current,
        "arms": [
            {
                "version": version,
                "text": texts[version["number"]],
                "runs": [
                    _run(project, live(run.id) or run, uri_of)
                    for run in project.store.answers_of_version(
                        file.step, version["number"], RUNS_OF_AN_ARM
                    )
                ],
            }
            for version in reversed(listed["versions"])
        ],
        **(_tested(project, file.step, texts.keys(), matrix) if tested else {}),
    }


def _tested(
    project: Project, step: str, kept: Collection[int], matrix: str | None
) -> dict[str, Any]:
    from fourfold.app.testing.kept_report import kept_report

    has_report = matrix is not None or project.store.find_matrix(step) is not None
    return {
        "report": kept_report(project, step, matrix).shape() if has_report else None,
        "results": _results(project, step, kept),
    }


def _run(project: Project, run: Run, uri_of: UriOf) -> dict[str, Any]:
    """BoardRun."""
    ratings = project.store.ratings(run.id) if run.finished else ()
    return {
        **shapes.run_summary(run, uri_of),
        "response": run.response,
        "ratings": [shapes.given_rating(rating) for rating in ratings],
    }


def _results(project: Project, step: str, kept: Collection[int]) -> list[dict[str, Any]]:
    """BoardResult, one for each version, model, test and repeat: the first answer counts, as for
    the verdict; where there is none, the last try."""
    chosen: dict[tuple[object, ...], Run] = {}
    for run in project.store.answers_to_tests(step):
        place = (run.version, run.model, run.test, run.repeat)
        if run.version in kept and (
            place not in chosen or chosen[place].status not in ("succeeded", "running")
        ):
            chosen[place] = run
    scores = project.store.scores_of_step(step) if chosen else {}
    return [_result(run, scores.get(run.id, ())) for run in chosen.values()]


def _result(run: Run, scores: Sequence[Score]) -> dict[str, Any]:
    return {
        "run": run.id,
        "test": run.test,
        "version": run.version,
        "model": run.model,
        "repeat": run.repeat,
        "status": run.status,
        "error": run.error,
        "truncated": run.truncated,
        "response": run.response,
        "scores": [shapes.score_shape(score) for score in scores],
    }


def step_to_show(project: Project) -> StepFile:
    """The prompt that was run last, else the first; FourfoldError where there is none."""
    files = {file.step: file for file in project.all_steps()}
    for run in project.store.run_log(list(files), 1) if files else ():
        return files[run.step]
    if not files:
        raise FourfoldError("There is no prompt to show.")
    return next(iter(files.values()))
