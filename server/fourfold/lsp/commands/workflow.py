"""Commands that run the workflow and say how it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.answers.comparisons import WorkflowComparison, workflow_comparison_document
from fourfold.app.answers.files import Opened
from fourfold.app.answers.runs import Runs
from fourfold.app.answers.workflow import Workflow
from fourfold.app.saving import keep_seen
from fourfold.app.workflow_runs import compare_runs, list_runs
from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.targets import folder_of
from fourfold.project.documents import Document
from fourfold.workflow.plan import WorkflowRequest
from fourfold.workflow.tree import read_tree

if TYPE_CHECKING:
    from fourfold.app.answers.workflow import WorkflowRuns
    from fourfold.app.commands.workflow import (
        CompareWorkflowRuns,
        ListWorkflowRuns,
        ShowWorkflow,
        ShowWorkflowDocument,
        StartWorkflow,
    )
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.store.records import Version


async def start_workflow(ls: FourfoldServer, asked: StartWorkflow) -> Runs:
    """Answers with the runs that the steps will have, queued; they go on with progress."""
    folder = await _folder(ls, asked.uri)
    request = WorkflowRequest(
        start=asked.from_, until=asked.until, versions=asked.versions or {}, fresh=asked.fresh
    )
    await ls.settings_settled()
    shown = await _keep_shown_texts(ls, folder, request)
    runs = await folder.workflow.start(replace(request, shown=shown))
    return await folder.views.publish(lambda uri_of: Runs.of(runs, uri_of))


async def show_workflow(ls: FourfoldServer, asked: ShowWorkflow) -> Workflow:
    """How the workflow stands."""
    folder = await _folder(ls, asked.uri)
    tree = await folder.ask(read_tree)
    return await folder.views.publish(lambda uri_of: Workflow.of(tree, uri_of, folder.prompt_uri))


async def show_workflow_document(ls: FourfoldServer, asked: ShowWorkflowDocument) -> Opened:
    """Opens the workflow's diagram with how each step stands, which follows what happens."""
    folder = await _folder(ls, asked.uri)
    return Opened(uri=await folder.views.open(Document("workflow")))


async def list_workflow_runs(ls: FourfoldServer, asked: ListWorkflowRuns) -> WorkflowRuns:
    """The newest runs of the workflow first, each with how its steps went."""
    folder = await _folder(ls, asked.uri)
    return await folder.ask(list_runs)


async def compare_workflow_runs(
    ls: FourfoldServer, asked: CompareWorkflowRuns
) -> WorkflowComparison:
    """Two runs of the workflow; the document is opened unless the client renders comparisons."""
    folder = await _folder(ls, asked.uri)
    compared = await folder.ask(compare_runs, asked.runs)
    answer = await folder.views.publish(lambda uri_of: WorkflowComparison.of(compared, uri_of))
    if not ls.client.renders_comparisons:
        await folder.views.open(workflow_comparison_document(compared))
    return answer


async def _folder(ls: FourfoldServer, uri: str | None) -> Folder:
    """The folder of `uri`, which may be left out where there is only one."""
    if uri is not None:
        return await folder_of(ls, uri)
    if len(ls.folders) != 1:
        several = ", ".join(folder.path.as_uri() for folder in ls.folders.values())
        raise InvalidArgumentError(
            "uri",
            f"say which workspace folder is meant; there are {several}."
            if several
            else "no workspace folder is open; name a file in one.",
        )
    return next(iter(ls.folders.values()))


async def _keep_shown_texts(
    ls: FourfoldServer, folder: Folder, request: WorkflowRequest
) -> dict[str, Version]:
    """What the user sees is what runs: open prompts with unsaved text become versions. Those that
    are seen, by step."""
    shown = {}
    for prompt in ls.open.prompts.of(folder):
        if prompt.file.step in request.versions:
            continue
        history = await folder.history(prompt.file)
        if prompt.text != history.current_version.text:
            history = (await folder.ask(keep_seen, prompt.file, prompt.text)).history
            await folder.history_changed(prompt.file)
        shown[history.step] = history.current_version
    return shown
