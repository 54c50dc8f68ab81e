"""workspace/didChangeConfiguration: the editor's settings have changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.client import as_dict

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
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
