"""Commands that run versions and compare what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.comparisons import Comparison, comparison_document
from fourfold.app.answers.files import Opened
from fourfold.app.answers.runs import CancelledRuns, GivenRating, Runs
from fourfold.app.contents import make_comparison
from fourfold.app.requests import RunOptions
from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.seen import seen_version, version_to_run
from fourfold.lsp.commands.targets import no_tests, target_of
from fourfold.lsp.open.workflow_file import OpenWorkflowFile
from fourfold.lsp.uris import WorkflowFile
from fourfold.project.documents import Document

if TYPE_CHECKING:
    from fourfold.app.commands.runs import CancelRuns, CompareVersions, Rate, RunStep, ShowRun
    from fourfold.lsp.server import FourfoldServer


async def run_step(ls: FourfoldServer, asked: RunStep) -> Runs:
    """Answers with the runs, queued; they go on with progress."""
    folder, file, _ = await target_of(ls, asked.uri)
    no_tests(asked.test)
    options = RunOptions(
        inputs=asked.inputs or {},
        repeat=asked.repeat,
        model=asked.model,
        fresh=asked.fresh,
        named=isinstance(asked.versions, list),
    )
    await ls.settings_settled()
    history = await folder.history(file)
    if isinstance(asked.versions, list):
        versions = [history.version(number, "versions") for number in asked.versions]
    else:
        history, seen = await version_to_run(ls, folder, file, history)
        versions = list(reversed(history.versions)) if asked.versions == "all" else [seen]
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
        run = await folder.ask(lambda project: project.store.find_run(run_id))
        if run is None or run.step != file.step:
            raise InvalidArgumentError("run", f"{file.step} has no run {run_id}.")
    return Opened(uri=await folder.views.open(Document("run", file.step, run=run_id)))


async def compare_versions(ls: FourfoldServer, asked: CompareVersions) -> Comparison:
    """The comparison; its document is opened unless the client renders comparisons itself."""
    folder, file, _ = await target_of(ls, asked.uri)
    no_tests(asked.test)
    numbers = asked.versions
    history = await folder.history(file)
    seen = seen_version(ls, file, history)
    if numbers is None and seen.number != history.current:
        numbers = [seen.number, next(one.number for one in history.versions if one is not seen)]
    comparison = await folder.ask(make_comparison, history, numbers, folder.live)
    answer = await folder.views.publish(
        lambda uri_of: Comparison.of(comparison, file.suffix, uri_of)
    )
    if not ls.client.renders_comparisons:
        await folder.views.open(comparison_document(comparison))
    return answer
