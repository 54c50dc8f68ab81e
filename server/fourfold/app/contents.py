"""What the virtual documents of a workspace folder say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.project.documents import Document
from fourfold.workflow.file.configuration import default_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.app.answers.runs import UriOf
    from fourfold.project.project import Project
    from fourfold.reports.comparison import ComparedVersion, Comparison
    from fourfold.store.records import Run, StepHistory, Version

    LiveRun = Callable[[str], Run | None]

_PAIR = 2


def document_text(project: Project, document: Document, live: LiveRun, uri_of: UriOf) -> str:
    """The text of a document now. `live` gives the response so far of a run that goes on, `uri_of`
    where another document can be read.

    FourfoldError where what it was about is no longer kept.
    """
    if document.kind in ("workflow", "workflow-comparison"):
        return _about_workflow(project, document)
    if document.kind in ("run", "answer"):
        return _about_run(project, document, live)
    if document.kind == "test-report":
        from fourfold.app.testing.kept_report import kept_report
        from fourfold.reports.test_report import report_markdown
        from fourfold.text.markdown import link

        def link_run(text: str, run: str) -> str:
            return link(text, uri_of(Document("run", document.step, run=run)))

        return report_markdown(kept_report(project, document.step, document.run), link_run)
    history = project.store.history(document.step)
    if history is None:
        raise FourfoldError(f"There is no step {document.step} any more; save its prompt again.")
    if document.kind == "history":
        from fourfold.reports.history import history_document

        return history_document(history)
    if document.kind == "comparison":
        from fourfold.reports.comparison_document import comparison_document

        of_test = project.store.find_run(document.run) if document.run else None
        test = of_test.test if of_test else None
        compared = make_comparison(project, history, document.versions, live, test)
        return comparison_document(compared)
    version = _kept(history, document.versions[0])
    if document.kind == "version":
        return version.text
    return _response(project, version, live)


def describe(project: Project, version: Version, run: Run) -> str:
    """What the step's class says of the processed response, as Markdown; often nothing."""
    if run.value is None:
        return ""
    from fourfold.runs.blame import blaming
    from fourfold.workflow.prepared import make_step

    config = project.workflow().step(version.step) or default_step(version.step)
    try:
        step = make_step(project, project.step_file(version.step), version.text, config)
        with blaming(step):
            return step.describe(run.processed())
    except FourfoldError:
        return ""  # of a type that is gone, that cannot be read any more, or that fails


def _about_run(project: Project, document: Document, live: LiveRun) -> str:
    run = live(document.run) or project.store.find_run(document.run)
    if run is None:
        raise FourfoldError(
            f"This run of {document.step} went with its version; run the step again."
        )
    if document.kind == "answer":
        return run.response
    from fourfold.reports.run_document import run_document

    history = project.store.history(run.step)
    kept = [one for one in history.versions if one.number == run.version] if history else []
    description = describe(project, kept[0], run) if kept else ""
    store = project.store
    return run_document(run, description, store.scores(run.id), store.ratings(run.id))


def _about_workflow(project: Project, document: Document) -> str:
    if document.kind == "workflow-comparison":
        from fourfold.app.workflow_runs import compare_runs
        from fourfold.reports.workflow_comparison import workflow_comparison_document

        compared = compare_runs(project, document.run.split("-"))
        return workflow_comparison_document(compared)
    from fourfold.reports.workflow_document import workflow_document
    from fourfold.workflow.tree import read_tree

    return workflow_document(read_tree(project))


def make_comparison(
    project: Project,
    history: StepHistory,
    numbers: Sequence[int] | None,
    live: LiveRun,
    test: str | None = None,
) -> Comparison:
    """These versions, or those that are best compared, each with the run that speaks for it: with
    `test` its answer to that test; so too where only tests have been run, that like may be held
    against like. InvalidArgumentError on `test` where none has answered it."""
    from fourfold.reports.comparison import (
        ComparedVersion,
        Comparison,
        versions_to_compare,
    )

    versions = versions_to_compare(history, numbers)
    runs = [newest_run(project, version, live, test) for version in versions]
    tests = [run.test for run in runs if run is not None]
    if test is not None and not tests:
        labels = " or ".join(version.label for version in versions)
        raise InvalidArgumentError(
            "test", f"there is no test {test} that {labels} has answered; run the tests first."
        )
    if None not in tests and len(set(tests)) > 1:
        runs = [newest_run(project, version, live, tests[0]) for version in versions]
    compared = tuple(map(ComparedVersion, versions, runs))
    common = tests[0] if None not in tests and tests else None
    return Comparison(history.step, compared, common, _verdict(project, compared))


def _verdict(project: Project, compared: Sequence[ComparedVersion]) -> str:
    """What the last tests say of the two that are compared; nothing while their answers stream."""
    from fourfold.app.testing.kept_report import kept_report
    from fourfold.evals.matrix.arm import Arm

    step, numbers = compared[0].version.step, {each.version.number for each in compared}
    going_on = any(each.run is not None and not each.run.finished for each in compared)
    if len(numbers) > _PAIR or going_on or project.store.find_matrix(step) is None:
        return ""
    for pair in kept_report(project, step).found.pairs:
        if {arm.version for arm in (pair.a, pair.b) if isinstance(arm, Arm)} == numbers:
            return pair.sentence
    return ""


def newest_run(
    project: Project, version: Version, live: LiveRun, test: str | None = None
) -> Run | None:
    """The run that goes on, else the one that speaks for the version, if there is one; with `test`
    of those on that test."""
    if test is not None:
        answer = project.store.latest_run(version.step, version.number, test)
        return answer and (live(answer.id) or answer)
    last = version.last_run
    going_on = live(last.id) if last is not None and not last.finished else None
    if going_on is not None and going_on.status not in ("failed", "cancelled"):
        return going_on
    kept = project.store.latest_run(version.step, version.number)
    # What has just ended may not be stored yet.
    if going_on is not None and (kept is None or kept.id == going_on.id):
        return going_on
    return kept


def _response(project: Project, version: Version, live: LiveRun) -> str:
    from fourfold.reports.response_document import response_document

    run, last = newest_run(project, version, live), version.last_run
    if run is None or last is None or last.id == run.id:
        newer = None
    else:
        newer = live(last.id) or project.store.find_run(last.id)  # with what had arrived
    description = describe(project, version, run) if run else ""
    return response_document(version, run, newer, description)


def _kept(history: StepHistory, number: int) -> Version:
    try:
        return history.version(number)
    except InvalidArgumentError:
        raise FourfoldError(
            f"v{number} of {history.step} is no longer kept; kept are {history.labels}."
        ) from None
