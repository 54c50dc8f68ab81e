"""Commands that mark versions: pins, which keep them from being pushed out, and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.arguments import Arguments
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile


async def pin_version(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    arguments = Arguments(ls, fields, ["uri", "version", "pinned"])
    folder, file, number = await _version(arguments)
    if not arguments.has("pinned"):
        raise InvalidArgumentError("pinned", "pinned: it is missing; give true or false.")
    await folder.ask(Project.pin, file, number, arguments.flag("pinned"))
    return await folder.version_list(file)


async def name_version(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """A name of null, or one of spaces alone, takes the name away."""
    arguments = Arguments(ls, fields, ["uri", "version", "name"])
    folder, file, number = await _version(arguments)
    if "name" not in fields:
        raise InvalidArgumentError("name", "name: it is missing; give a text, or null for none.")
    name = arguments.text("name") if fields["name"] != "" else None
    await folder.ask(Project.name, file, number, name)
    return await folder.version_list(file)


async def _version(arguments: Arguments) -> tuple[Folder, StepFile, int]:
    folder, file, _ = await arguments.target()
    number = arguments.number("version", 1)
    if number is None:
        raise InvalidArgumentError("version", "version: it is missing; give its number.")
    return folder, file, (await folder.history(file)).version(number).number
