"""Commands that run versions and compare what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.comparisons import Comparison, ComparisonPair, comparison_document
from fourfold.app.answers.files import Opened
from fourfold.app.answers.runs import CancelledRuns, GivenRating, Runs, WholeRun, WholeRuns
from fourfold.app.contents import make_comparison
from fourfold.app.requests import RunOptions
from fourfold.app.testing.choosing import test_named
from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.seen import seen_tests, seen_version, version_to_run
from fourfold.lsp.commands.targets import target_of
from fourfold.lsp.open.workflow_file import OpenWorkflowFile
from fourfold.lsp.uris import WorkflowFile
from fourfold.project.documents import Document
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.commands.runs import (
        CancelRuns,
        CompareRuns,
        CompareVersions,
        Rate,
        ReadRuns,
        RunStep,
        ShowRun,
    )
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.store.records import Rating, Run, Score


async def run_step(ls: FourfoldServer, asked: RunStep) -> Runs:
    """Answers with the runs, queued; they go on with progress."""
    folder, file, _ = await target_of(ls, asked.uri)
    await ls.settings_settled()
    history = await folder.history(file)
    if isinstance(asked.versions, list):
        versions = history.chosen(asked.versions)
    else:
        history, seen = await version_to_run(ls, folder, file, history)
        versions = history.chosen("all") if asked.versions == "all" else [seen]
    test = None
    if asked.test is not None:
        test = await folder.ask(test_named, file, asked.test, history, seen_tests(ls, file))
    options = RunOptions(
        inputs=asked.inputs or {},
        test=test,
        repeat=asked.repeat,
        model=asked.model,
        fresh=asked.fresh,
        named=isinstance(asked.versions, list),
    )
    runs = await folder.runs.start(file, versions, options)
    return await folder.views.publish(lambda uri_of: Runs.of(runs, uri_of))


async def cancel_runs(ls: FourfoldServer, asked: CancelRuns) -> CancelledRuns:
    """Without `uri` and `runs`: all runs of all folders. With workflow.yaml: all of its folder."""
    if asked.uri is None:
        folders = list(ls.folders.values())
        cancelled = [id_ for folder in folders for id_ in folder.cancel(asked.runs, None)]
    elif isinstance(found := await ls.uris.what(asked.uri), OpenWorkflowFile | WorkflowFile):
        cancelled = found.folder.cancel(asked.runs, None)
    else:
        folder, file, _ = await target_of(ls, asked.uri)
        cancelled = folder.cancel(asked.runs, file.step)
    return CancelledRuns(cancelled=cancelled)


async def rate(ls: FourfoldServer, asked: Rate) -> GivenRating:
    """Keeps what the user says of a run."""
    from fourfold.app.rating import rate as keep

    folder, file, _ = await target_of(ls, asked.uri)
    given = await folder.ask(keep, asked.run, asked.rating, asked.note)
    await folder.history(file)  # which tells of other ratings of its versions
    folder.boards.changed([file.step])
    return GivenRating.copied(given)


async def show_run(ls: FourfoldServer, asked: ShowRun) -> Opened:
    """Opens a run's document; without `run`, that of the current version's last run."""
    folder, file, _ = await target_of(ls, asked.uri)
    run_id = asked.run
    if run_id is None:
        seen = seen_version(ls, file, await folder.history(file))
        if seen.last_run is None:
            raise InvalidArgumentError(
                "run", f"{seen.label} of {file.step} has not been run yet; run it."
            )
        run_id = seen.last_run.id
    else:
        await _run_of(folder, file.step, run_id, "run")
    return Opened(uri=await folder.views.open(Document("run", file.step, run=run_id)))


async def read_runs(ls: FourfoldServer, asked: ReadRuns) -> WholeRuns:
    """Runs of a step with all that is kept of them."""
    folder, file, _ = await target_of(ls, asked.uri)
    found = await folder.ask(_whole_runs, file.step, asked.runs)
    return await folder.views.publish(
        lambda uri_of: WholeRuns(runs=[WholeRun.whole(*one, uri_of) for one in found])
    )


def _whole_runs(
    project: Project, step: str, ids: Sequence[str]
) -> list[tuple[Run, list[Score], list[Rating]]]:
    store = project.store
    runs = [run for run in map(store.find_run, ids) if run is not None and run.step == step]
    return [(run, store.scores(run.id), store.ratings(run.id)) for run in runs]


async def compare_runs(ls: FourfoldServer, asked: CompareRuns) -> ComparisonPair:
    """The answers of two runs, of one version or of two."""
    folder, file, _ = await target_of(ls, asked.uri)
    runs = [await _run_of(folder, file.step, one) for one in asked.runs]
    old, new = sorted(runs, key=lambda run: run.place)
    if old.id == new.id:
        raise InvalidArgumentError("runs", f"name two different runs of {file.step}.")
    return await folder.views.publish(
        lambda uri_of: ComparisonPair(
            title=f"{file.step}: {_moment(old)} ↔ {_moment(new)}",
            left=uri_of(Document("answer", file.step, run=old.id)),
            right=uri_of(Document("answer", file.step, run=new.id)),
        )
    )


async def _run_of(folder: Folder, step: str, run_id: str, field: str = "runs") -> Run:
    run = await folder.ask(lambda project: project.store.find_run(run_id))
    if run is None or run.step != step:
        raise InvalidArgumentError(field, f"{step} has no run {run_id}.")
    return run


def _moment(run: Run) -> str:
    return f"{run.label} of {figures.exact_time(run.started)}" if run.started else run.label


async def compare_versions(ls: FourfoldServer, asked: CompareVersions) -> Comparison:
    """The comparison; its document is opened unless the client renders comparisons itself."""
    folder, file, _ = await target_of(ls, asked.uri)
    numbers = asked.versions
    history = await folder.history(file)
    seen = seen_version(ls, file, history)
    if numbers is None and seen.number != history.current:
        numbers = [seen.number, next(one.number for one in history.versions if one is not seen)]
    comparison = await folder.ask(make_comparison, history, numbers, folder.live, asked.test)
    answer = await folder.views.publish(
        lambda uri_of: Comparison.of(comparison, file.suffix, uri_of)
    )
    if not ls.client.renders_comparisons:
        await folder.views.open(comparison_document(comparison))
    return answer
