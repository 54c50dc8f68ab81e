"""textDocument/publishDiagnostics: problems, once the user has stopped typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.events import DocumentClosed, DocumentFoundOut
from fourfold.lsp.shown.concerned import CONCERNED
from fourfold.lsp.shown.diagnostics import Diagnostics

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    diagnostics = Diagnostics(server)

    def found_out(event: DocumentFoundOut) -> None:
        if server.open.at(event.uri) is None:
            diagnostics.explain(event.uri)
        else:
            diagnostics.look_soon(event.uri)

    def happened(event: object) -> None:
        for uri in CONCERNED[type(event)](server.open, event):
            diagnostics.look_soon(uri)

    server.events.follow(DocumentFoundOut, found_out)
    server.events.follow(DocumentClosed, lambda event: diagnostics.forget(event.uri))
    for kind in CONCERNED:
        server.events.follow(kind, happened)
