"""The command that shows what a version was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.files import Opened
from fourfold.lsp.commands.seen import seen_version
from fourfold.lsp.commands.targets import target_of
from fourfold.project.documents import Document

if TYPE_CHECKING:
    from fourfold.app.commands.responses import ShowResponse
    from fourfold.lsp.server import FourfoldServer


async def show_response(ls: FourfoldServer, asked: ShowResponse) -> Opened:
    """Opens a version's latest response alone, which follows what streams in."""
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    number = asked.version or seen_version(ls, file, history).number
    version = history.version(number)
    return Opened(uri=await folder.views.open(Document("response", file.step, (version.number,))))
