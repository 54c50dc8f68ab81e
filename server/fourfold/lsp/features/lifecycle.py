"""initialize, initialized, and the workspace folders that come and go."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.client import Client, as_dict
from fourfold.lsp.convert import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    roots: list[Path] = []  # the workspace folders that the editor named in `initialize`

    @server.feature(types.INITIALIZE)
    async def initialize(ls: FourfoldServer, params: types.InitializeParams) -> None:
        ls.client = Client(ls, params)
        roots.extend(_roots(params))
        options = as_dict(params.initialization_options) or {}
        ls.initial_settings = as_dict(options.get("fourfold")) or options
        ls.editor_settings = ls.initial_settings

    # Later messages wait for it: a document that is opened next must find its folder.
    @server.feature(types.INITIALIZED)
    async def initialized(ls: FourfoldServer, _: types.InitializedParams) -> None:
        for path in roots:
            await ls.folders.add(path)
        ls.spawn(_configure(ls))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(
        ls: FourfoldServer, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        await ls.change_folders(
            _paths(folder.uri for folder in params.event.added),
            _paths(folder.uri for folder in params.event.removed),
        )

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration_changed(
        ls: FourfoldServer, params: types.DidChangeConfigurationParams
    ) -> None:
        ls.configuring = asyncio.current_task()
        settings = await ls.client.configuration(None)
        if settings is None:
            pushed = as_dict(params.settings) or {}
            settings = as_dict(pushed.get("fourfold")) or pushed
        await ls.configure(settings)


async def _configure(ls: FourfoldServer) -> None:
    if (settings := await ls.client.configuration(None)) is not None:
        await ls.configure(settings)
    await ls.client.follow_configuration()


def _roots(params: types.InitializeParams) -> list[Path]:
    # Not from pygls's workspace, which has its URIs decoded, so that `#` and `%` mislead.
    given = [folder.uri for folder in params.workspace_folders or []]
    if not given and params.root_uri:
        given = [params.root_uri]
    elif not given and params.root_path:
        return [Path(params.root_path)]
    return _paths(given)


def _paths(uris: Iterable[str]) -> list[Path]:
    return [path for uri in uris if (path := path_of(uri)) is not None]
