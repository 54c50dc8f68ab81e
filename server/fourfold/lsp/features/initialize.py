"""initialize: what the editor can do, its settings, and its workspace folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.client import Client, as_dict
from fourfold.lsp.convert import paths_of

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.INITIALIZE)
    async def initialize(ls: FourfoldServer, params: types.InitializeParams) -> None:
        ls.client = Client(ls, params)
        ls.roots = _roots(params)
        options = as_dict(params.initialization_options) or {}
        ls.initial_settings = as_dict(options.get("fourfold")) or options
        ls.editor_settings = ls.initial_settings


def _roots(params: types.InitializeParams) -> list[Path]:
    # Not from pygls's workspace, which has its URIs decoded, so that `#` and `%` mislead.
    given = [folder.uri for folder in params.workspace_folders or []]
    if not given and params.root_uri:
        given = [params.root_uri]
    elif not given and params.root_path:
        return [Path(params.root_path)]
    return paths_of(given)
