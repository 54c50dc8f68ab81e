"""initialized: serves the workspace folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    # Later messages wait for it: a document that is opened next must find its folder.
    @server.feature(types.INITIALIZED)
    async def initialized(ls: FourfoldServer, _: types.InitializedParams) -> None:
        for path in ls.roots:
            await ls.folders.add(path)
        ls.spawn(_configure(ls))


async def _configure(ls: FourfoldServer) -> None:
    if (settings := await ls.client.configuration(None)) is not None:
        await ls.configure(settings)
    await ls.client.follow_configuration()
