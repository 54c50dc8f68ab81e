"""What can be done with one of Fourfold's documents: the same for lenses and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import Command

from fourfold.project.documents import Document

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def document_commands(ls: FourfoldServer, uri: str) -> list[Command]:
    """A test report leads to the board, where it stands beside the answers; others to nothing."""
    found = ls.uris.document(uri)
    match found and found.document:
        case Document(kind="test-report", run=report):
            fields = {"uri": uri, "id": report}
            return [Command("▦ Open board", "fourfold.openBoard", arguments=[fields])]
    return []
