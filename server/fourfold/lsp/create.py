"""The server with all that it answers."""

from __future__ import annotations

from typing import Any

from fourfold.lsp.commands.names import MODULES
from fourfold.lsp.features import (
    code_action,
    code_lens,
    completion,
    definition,
    did_change,
    did_change_configuration,
    did_change_workspace_folders,
    did_close,
    did_open,
    did_rename_files,
    did_save,
    document_link,
    document_symbol,
    hover,
    initialize,
    initialized,
    model_text,
    prepare_rename,
    publish_diagnostics,
    rename,
    text_document_content,
    will_save,
)
from fourfold.lsp.server import FourfoldServer

FEATURES = (
    initialize,
    initialized,
    did_change_workspace_folders,
    did_change_configuration,
    did_open,
    did_change,
    will_save,
    did_save,
    did_close,
    did_rename_files,
    code_lens,
    code_action,
    hover,
    completion,
    definition,
    document_link,
    document_symbol,
    prepare_rename,
    rename,
    publish_diagnostics,
    text_document_content,
    model_text,
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
