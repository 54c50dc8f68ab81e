"""What the board shows of a step: its versions side by side, and what the tests have brought."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fourfold.app.answers import runs as answers
from fourfold.app.answers.board import Board, BoardArm, BoardResult, BoardRun, Testing
from fourfold.app.answers.tests import TestReport
from fourfold.app.answers.versions import Version
from fourfold.app.board_inputs import inputs_of, tests_and_sets
from fourfold.app.testing.standing import read_standings
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from fourfold.evals.matrix.report import TestReport as Report
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
    testing: Testing | None = None,
) -> Board:
    """`uri` is the prompt file's, `live` gives the response so far of a run that goes on, and
    `testing` says how far the tests are that go on.

    The report is that of `matrix`, by its id, else of the last one; InvalidArgumentError where
    there is no such one. Unless `tested` only what runs change is there, since what comes of tests
    takes longest.
    """
    history = project.history(file)
    standings = read_standings(project, file) if tested else {}
    board = Board(
        step=file.step,
        title=project.workflow().title(file.step),
        uri=uri,
        current=history.current,
        arms=[
            BoardArm(
                version=Version.of(version, history, file.suffix, project.uri_of, standings),
                text=version.text,
                runs=[
                    _run(project, live(run.id) or run)
                    for run in project.store.answers_of_version(
                        file.step, version.number, RUNS_OF_AN_ARM
                    )
                ],
            )
            for version in reversed(history.versions)
        ],
        testing=testing or _testing_elsewhere(project, file.step),
    )
    if tested:
        texts = [version.text for version in history.versions]
        board.inputs = inputs_of(texts, file.suffix)
        known = [one.name for one in board.inputs]
        board.tests, board.sets = tests_and_sets(project, file, known)
        has_report = matrix is not None or project.store.find_matrix(file.step) is not None
        report = _report(project, file.step, matrix) if has_report else None
        board.report = None if report is None else TestReport.of(report)
        kept = {one.number for one in history.versions}
        board.results = _results(project, file.step, kept, report)
    return board


def _report(project: Project, step: str, matrix: str | None) -> Report:
    from fourfold.app.testing.kept_report import kept_report

    return kept_report(project, step, matrix)


def _testing_elsewhere(project: Project, step: str) -> Testing | None:
    """How far the tests are that another process or another person has going on."""
    going = (one for one in project.store.matrix_news() if one.step == step and one.goes_on)
    one = next(going, None)
    return None if one is None else Testing.copied(one, elsewhere=True)


def _run(project: Project, run: Run) -> BoardRun:
    ratings = project.store.ratings(run.id) if run.finished else ()
    return BoardRun.of(
        run,
        project.uri_of,
        response=run.response,
        inputs=dict(run.inputs),
        ratings=[answers.Rating.of(rating) for rating in ratings],
    )


def _results(
    project: Project, step: str, kept: Collection[int], report: Report | None
) -> list[BoardResult]:
    """One for each version, model, test and repeat: the first answer counts, as for
    the verdict; where there is none, the last try."""
    chosen: dict[tuple[object, ...], Run] = {}
    runs = project.store.answers_to_tests(step)
    for run in runs:
        place = (run.version, run.model, run.test, run.repeat)
        if run.version in kept and (
            place not in chosen or chosen[place].status not in ("succeeded", "running")
        ):
            chosen[place] = run
    scores = project.store.scores_of_step(step) if chosen else {}
    own = [_result(run, scores.get(run.id, ())) for run in chosen.values()]
    shared = _shared(report, {run.id: run for run in runs}) if report else ()
    return [*own, *(one for one in shared if one.version in kept)]


def _shared(report: Report, runs: Mapping[str, Run]) -> Iterator[BoardResult]:
    """The answers that count for a test and were asked for another one, whose request is the same.
    Of such a run the scores of one test are kept; what the others say of it the report has."""
    for arm in report.results.arms:
        repeats: Counter[str] = Counter()
        for test, answer in report.results.of(arm):
            name = report.names[test]
            repeats[name] += 1
            run = runs.get(answer.run or "")
            if run is not None and run.test != name and isinstance(arm.version, int):
                fields = {"test": name, "version": arm.version, "repeat": repeats[name]}
                yield BoardResult.copied(run, run=run.id, by=run.author, scores=[], **fields)


def _result(run: Run, scores: Sequence[Score]) -> BoardResult:
    return BoardResult.copied(
        run, run=run.id, by=run.author, scores=[answers.Score.of(score) for score in scores]
    )


def step_to_show(project: Project) -> StepFile:
    """The prompt that was run last, else the first; FourfoldError where there is none."""
    files = {file.step: file for file in project.all_steps()}
    for run in project.store.run_log(list(files), 1) if files else ():
        return files[run.step]
    if not files:
        raise FourfoldError("There is no prompt to show.")
    return next(iter(files.values()))
