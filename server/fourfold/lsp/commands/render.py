"""The command that shows what a run would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.commands.targets import target_of
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.app.answers.models import RenderedStep
    from fourfold.app.commands.render import RenderStep
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile


async def render_step(ls: FourfoldServer, asked: RenderStep) -> RenderedStep:
    """The messages, and about what they cost; no model is asked."""
    folder, file, _ = await target_of(ls, asked.uri)
    await ls.settings_settled()
    text = await _text(ls, folder, file, asked.version)
    return (await folder.runs.render(file, text, asked.inputs or {})).answer()


async def _text(ls: FourfoldServer, folder: Folder, file: StepFile, number: int | None) -> str:
    """The text of a version, else the one that the user sees."""
    history = await folder.history(file)
    if number is not None:
        return history.version(number).text
    if (prompt := ls.open.prompts.at(file.path)) is not None:
        return prompt.text
    on_disk = await folder.ask(Project.disk_text, file)
    return history.current_version.text if on_disk is None else on_disk
