"""The command that shows versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.lsp.commands.arguments import Arguments

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


async def open_board(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The board; where the client renders none, the address at which its user's browser gets it,
    which is also opened."""
    arguments = Arguments(ls, fields, ["uri", "id"])
    folder, file, _ = await arguments.target()
    matrix = arguments.text("id")
    await folder.history(file)
    if ls.client.renders_boards:
        return await folder.boards.board(file, matrix)
    address = await folder.boards.address(file, matrix)
    ls.spawn(ls.client.show_in_browser(address))
    return {"uri": address}
