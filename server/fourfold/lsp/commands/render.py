"""The commands that show what a run would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.files import Opened
from fourfold.app.rendering import text_to_render
from fourfold.lsp.commands.seen import buffer_text
from fourfold.lsp.commands.targets import target_of
from fourfold.project.documents import Document

if TYPE_CHECKING:
    from fourfold.app.answers.models import RenderedStep
    from fourfold.app.commands.render import RenderStep, ShowRendering
    from fourfold.lsp.server import FourfoldServer


async def render_step(ls: FourfoldServer, asked: RenderStep) -> RenderedStep:
    """The messages, and about what they cost; no model is asked."""
    folder, file, _ = await target_of(ls, asked.uri)
    await ls.settings_settled()
    text = await folder.ask(text_to_render, file, asked.version, buffer_text(ls, file))
    return (await folder.runs.render(file, text, asked.inputs or {})).answer()


async def show_rendering(ls: FourfoldServer, asked: ShowRendering) -> Opened:
    """Opens the messages of the text that the user sees, which follow what is saved."""
    folder, file, _ = await target_of(ls, asked.uri)
    await folder.history(file)
    return Opened(uri=await folder.views.open(Document("rendering", file.step)))
