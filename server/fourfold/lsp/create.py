"""The server with all that it answers."""

from __future__ import annotations

from typing import Any

from fourfold.lsp.commands.names import MODULES
from fourfold.lsp.features import (
    code_action,
    code_lens,
    completion,
    definition,
    diagnostics,
    did_rename_files,
    document_link,
    hover,
    lifecycle,
    push_out,
    rename,
    synchronization,
    text_document_content,
)
from fourfold.lsp.server import FourfoldServer

FEATURES = (
    lifecycle,
    synchronization,
    code_lens,
    code_action,
    hover,
    completion,
    definition,
    diagnostics,
    did_rename_files,
    document_link,
    push_out,
    rename,
    text_document_content,
)


def create_server() -> FourfoldServer:
    """A server with every feature and command, ready to be run by `pygls_repairs.io`."""
    server = FourfoldServer()
    for feature in FEATURES:
        feature.register(server)
    for name in MODULES:
        _register_command(server, name)
    return server


def _register_command(server: FourfoldServer, name: str) -> None:
    @server.command(name)
    async def command(fields: dict[str, Any]) -> Any:
        from fourfold.lsp.commands.table import execute

        return await execute(server, name, fields)
