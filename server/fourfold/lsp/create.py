"""The server with all that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.lsp.commands.table import COMMANDS, handler_of
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.lsp.commands.table import Handler

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
    for name in COMMANDS:
        _register_command(server, name, handler_of)
    return server


def _register_command(
    server: FourfoldServer, name: str, handler_of: Callable[[str], Handler]
) -> None:
    @server.command(name)
    async def execute(fields: dict[str, Any]) -> Any:
        return await handler_of(name)(server, fields)
