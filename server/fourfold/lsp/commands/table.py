"""From a command's name to the class of its argument and to its handler."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fourfold.lsp.commands.names import MODULES

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


async def execute(ls: FourfoldServer, name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What the command answers, as JSON. Its modules are imported when it is first called."""
    from fourfold.app.described import handler_name, read_command

    module, bare = MODULES[name], name.removeprefix("fourfold.")
    commands = import_module(f"fourfold.app.commands.{module}")
    named = bare[0].upper() + bare[1:]
    command = getattr(commands, f"{named}Command", None) or getattr(commands, named)
    asked = read_command(command, fields)
    handlers = import_module(f"fourfold.lsp.commands.{module}")
    answer = await getattr(handlers, handler_name(bare))(ls, asked)
    found: dict[str, Any] = answer.to_json()
    return found
