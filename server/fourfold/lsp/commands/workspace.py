"""Commands that list what there is: steps, runs, models."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.app.answers.models import ModelList
from fourfold.app.answers.runs import Runs
from fourfold.app.answers.versions import Step, Steps
from fourfold.lsp.commands.seen import seen_version
from fourfold.lsp.commands.targets import folder_of, target_of
from fourfold.settings import load_settings, user_file

if TYPE_CHECKING:
    from fourfold.app.commands.workspace import ListModels, ListRuns, ListSteps
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory


async def list_steps(ls: FourfoldServer, asked: ListSteps) -> Steps:
    """The steps of all folders, or of the folder of `uri`, in the order of their workflow."""
    folders = list(ls.folders.values()) if asked.uri is None else [await folder_of(ls, asked.uri)]
    listed = [await _steps(folder) for folder in folders]
    return Steps(steps=[step for steps in listed for step in steps])


async def list_runs(ls: FourfoldServer, asked: ListRuns) -> Runs:
    """The runs of a version, newest first; without `version`, of the current one."""
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    version = history.version(asked.version or seen_version(ls, file, history).number)
    runs = await folder.ask(
        lambda project: project.store.runs_of_version(file.step, version.number)
    )
    return await folder.views.publish(lambda uri_of: Runs.of(runs, uri_of))


async def list_models(ls: FourfoldServer, asked: ListModels) -> ModelList:
    """The models that can be named, and the one that is used where none is."""
    own = user_file()
    folder = next(iter(ls.folders.values()), None)
    settings = (
        folder.settings
        if folder is not None
        else await asyncio.to_thread(load_settings, own.parent, ls.editor_settings)
    )
    registry = ls.registry(settings)
    available = await registry.available()
    models = {model.name: model for model in available.models}
    for model in await registry.offered() if asked.offered else ():
        models.setdefault(model.name, model)
    return ModelList.of([*models.values()], settings.model or available.default, own)


async def _steps(folder: Folder) -> list[Step]:
    found = await folder.ask(_read_steps)
    return await folder.views.publish(
        lambda uri_of: [
            Step.of(file.step, title, folder.prompt_uri(file), history, uri_of)
            for file, title, history in found
        ]
    )


def _read_steps(project: Project) -> list[tuple[StepFile, str, StepHistory | None]]:
    files = project.all_steps()
    workflow = project.workflow()
    # Where no prompt was ever used nothing is asked of the store, which would put files there.
    kept = project.store.histories(file.step for file in files) if project.is_used else {}
    return [(file, workflow.title(file.step), kept.get(file.step)) for file in files]
