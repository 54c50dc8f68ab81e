"""The command that shows what a run would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.lsp.commands.arguments import Arguments
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile


async def render_step(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The messages, and about what they cost; no model is asked."""
    from fourfold.app import rendering

    arguments = Arguments(ls, fields, ["uri", "version", "inputs"])
    folder, file, _ = await arguments.target()
    number = arguments.number("version", 1)
    inputs = arguments.inputs()
    await ls.settings_settled()
    text = await _text(ls, folder, file, number)
    rendered = await folder.runs.render(file, text, inputs)
    return rendering.rendered_shape(rendered)


async def _text(ls: FourfoldServer, folder: Folder, file: StepFile, number: int | None) -> str:
    """The text of a version, else the one that the user sees."""
    history = await folder.history(file)
    if number is not None:
        return history.version(number).text
    if (prompt := ls.open.prompts.at(file.path)) is not None:
        return prompt.text
    on_disk = await folder.ask(Project.disk_text, file)
    return history.current_version.text if on_disk is None else on_disk
