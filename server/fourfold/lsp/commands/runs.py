"""Commands that run versions and compare what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.app import shapes
from fourfold.app.contents import make_comparison
from fourfold.app.requests import RunOptions
from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.arguments import MOST_REPEATS, Arguments
from fourfold.lsp.commands.versions import seen_version, shown_version
from fourfold.lsp.open.workflow_file import OpenWorkflowFile
from fourfold.lsp.uris import WorkflowFile
from fourfold.reports.documents import Document

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer

RUN_FIELDS = ["uri", "versions", "inputs", "test", "repeat", "model", "fresh"]


async def run_step(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Answers with the runs, queued; they go on with progress."""
    arguments = Arguments(ls, fields, RUN_FIELDS)
    folder, file, _ = await arguments.target()
    arguments.no_tests()
    asked = arguments.versions_or_all()
    options = RunOptions(
        inputs=arguments.inputs(),
        repeat=arguments.number("repeat", 1, MOST_REPEATS) or 1,
        model=arguments.text("model"),
        fresh=arguments.flag("fresh"),
        named=isinstance(asked, list),
    )
    await ls.settings_settled()
    history = await folder.history(file)
    if isinstance(asked, list):
        versions = [history.version(number, "versions") for number in asked]
    else:
        history, shown = await shown_version(ls, folder, file, history)
        versions = list(reversed(history.versions)) if asked == "all" else [shown]
    runs = await folder.runs.start(file, versions, options)
    return await folder.views.publish(
        lambda uri_of: {"runs": [shapes.run_summary(run, uri_of) for run in runs]}
    )


async def cancel_runs(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Without `uri` and `runs`: all runs of all folders. With workflow.yaml: all of its folder."""
    arguments = Arguments(ls, fields, ["uri", "runs"])
    ids = arguments.ids("runs")
    uri = arguments.text("uri")
    if uri is None:
        folders = list(ls.folders.values())
        return {"cancelled": [id_ for folder in folders for id_ in folder.cancel(ids, None)]}
    found = await ls.uris.what(uri)
    if isinstance(found, OpenWorkflowFile | WorkflowFile):
        return {"cancelled": found.folder.cancel(ids, None)}
    folder, file, _ = await arguments.target()
    return {"cancelled": folder.cancel(ids, file.step)}


async def rate_run(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Keeps what the user says of a run."""
    from fourfold.app.rating import rate as keep

    arguments = Arguments(ls, fields, ["uri", "run", "rating", "note"])
    folder, file, _ = await arguments.target()
    run, rating = arguments.text("run") or "", arguments.number("rating", -1, 1)
    if rating is None:
        raise InvalidArgumentError("rating", "rating: it is 1, -1, or 0 for none.")
    given = await folder.ask(keep, run, rating, arguments.text("note"))
    folder.boards.changed([file.step])
    return shapes.rating_shape(given)


async def show_run(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Opens a run's document; without `run`, that of the current version's last run."""
    arguments = Arguments(ls, fields, ["uri", "run"])
    folder, file, _ = await arguments.target()
    run_id = arguments.text("run")
    if run_id is None:
        seen = seen_version(ls, file, await folder.history(file))
        if seen.last_run is None:
            raise InvalidArgumentError(
                "run", f"run: {seen.label} of {file.step} has not been run yet; run it."
            )
        run_id = seen.last_run.id
    else:
        run = await folder.ask(lambda project: project.store.find_run(run_id))
        if run is None or run.step != file.step:
            raise InvalidArgumentError("run", f"run: {file.step} has no run {run_id}.")
    return {"uri": await folder.views.open(Document("run", file.step, run=run_id))}


async def compare_versions(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The comparison; its document is opened unless the client renders comparisons itself."""
    arguments = Arguments(ls, fields, ["uri", "versions", "test"])
    folder, file, _ = await arguments.target()
    arguments.no_tests()
    asked = arguments.versions()
    history = await folder.history(file)
    seen = seen_version(ls, file, history)
    if asked is None and seen.number != history.current:
        asked = [seen.number, next(one.number for one in history.versions if one is not seen)]
    comparison = await folder.ask(make_comparison, history, asked, folder.live)
    answer = await folder.views.publish(
        lambda uri_of: shapes.comparison(comparison, file.suffix, uri_of)
    )
    if not ls.client.renders_comparisons:
        await folder.views.open(shapes.comparison_document(comparison))
    return answer
