"""The command that shows versions side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fourfold.lsp.commands.arguments import Arguments

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.web.actions import Action


async def open_board(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """The board; where the client renders none, the address at which its user's browser gets it,
    which is also opened."""
    arguments = Arguments(ls, fields, ["uri", "id"])
    folder, file, _ = await arguments.target()
    matrix = arguments.text("id")
    await folder.history(file)
    if ls.client.renders_boards:
        return await folder.boards.board(file, matrix)
    act = partial(_carry_out, ls, folder, file)
    address = await folder.boards.address(file, matrix, act)
    ls.spawn(ls.client.show_in_browser(address))
    return {"uri": address}


async def _carry_out(ls: FourfoldServer, folder: Folder, file: StepFile, action: Action) -> None:
    """Does what the page of a board asks for."""
    from fourfold.app.rating import rate
    from fourfold.app.requests import RunOptions
    from fourfold.lsp.commands.versions import set_current_version
    from fourfold.web.actions import CancelRuns, MakeCurrent, Rate, RunVersions

    match action:
        case RunVersions(numbers):
            history = await folder.history(file)
            versions = [history.version(number) for number in numbers]
            # As the lenses have it: one is asked anew, of several what is missing.
            await folder.runs.start(file, versions, RunOptions(fresh=len(numbers) == 1))
        case CancelRuns(runs):
            folder.cancel(runs, file.step)
        case MakeCurrent(version):
            await set_current_version(ls, {"uri": folder.prompt_uri(file), "version": version})
        case Rate(run, rating, note):
            await folder.ask(rate, run, rating, note)
