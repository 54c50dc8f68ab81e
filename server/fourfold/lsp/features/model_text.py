"""fourfold/modelText: a piece of what a model of the editor answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.lsp.client import as_dict

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature("fourfold/modelText")
    def model_text(ls: FourfoldServer, params: Any) -> None:
        piece = as_dict(params) or {}
        if ls.editor_models is not None:
            ls.editor_models.take(piece.get("call"), piece.get("text"))
