"""Commands that list what there is: steps, runs, models."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fourfold.app import shapes
from fourfold.lsp.commands.arguments import Arguments
from fourfold.lsp.commands.targets import folder_of
from fourfold.lsp.commands.versions import seen_version
from fourfold.settings import load_settings, user_file

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory


async def list_steps(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The steps of all folders, or of the folder of `uri`, in the order of their workflow."""
    uri = Arguments(ls, fields, ["uri"]).text("uri")
    folders = list(ls.folders.values()) if uri is None else [await folder_of(ls, uri)]
    listed = [await _steps(folder) for folder in folders]
    return {"steps": [step for steps in listed for step in steps]}


async def list_runs(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The runs of a version, newest first; without `version`, of the current one."""
    arguments = Arguments(ls, fields, ["uri", "version"])
    folder, file, _ = await arguments.target()
    history = await folder.history(file)
    number = arguments.number("version", 1) or seen_version(ls, file, history).number
    version = history.version(number)
    runs = await folder.ask(
        lambda project: project.store.runs_of_version(file.step, version.number)
    )
    return await folder.views.publish(
        lambda uri_of: {"runs": [shapes.run_summary(run, uri_of) for run in runs]}
    )


async def list_models(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The models that can be named, and the one that is used where none is."""
    Arguments(ls, fields, [])
    own = user_file()
    folder = next(iter(ls.folders.values()), None)
    settings = (
        folder.settings
        if folder is not None
        else await asyncio.to_thread(load_settings, own.parent, ls.editor_settings)
    )
    available = await ls.registry(settings).available()
    return {
        "models": [shapes.model(model) for model in available.models],
        "default": settings.model or available.default,
        "file": str(own),
    }


async def _steps(folder: Folder) -> list[dict[str, Any]]:
    found = await folder.ask(_read_steps)
    answer = await folder.views.publish(
        lambda uri_of: {
            "steps": [
                shapes.step(file.step, title, folder.prompt_uri(file), history, uri_of)
                for file, title, history in found
            ]
        }
    )
    return list(answer["steps"])


def _read_steps(project: Project) -> list[tuple[StepFile, str, StepHistory | None]]:
    files = project.all_steps()
    workflow = project.workflow()
    # Where no prompt was ever used nothing is asked of the store, which would put files there.
    kept = project.store.histories(file.step for file in files) if project.is_used else {}
    return [(file, workflow.title(file.step), kept.get(file.step)) for file in files]
