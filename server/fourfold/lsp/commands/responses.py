"""The command that shows what a version was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.lsp.commands.arguments import Arguments
from fourfold.lsp.commands.versions import seen_version
from fourfold.reports.documents import Document

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


async def show_response(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Opens a version's latest response alone, which follows what streams in."""
    arguments = Arguments(ls, fields, ["uri", "version"])
    folder, file, _ = await arguments.target()
    history = await folder.history(file)
    number = arguments.number("version", 1) or seen_version(ls, file, history).number
    version = history.version(number)
    return {"uri": await folder.views.open(Document("response", file.step, (version.number,)))}
