"""The command that shows versions side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fourfold.app.answers.files import Opened
from fourfold.lsp.commands.targets import target_of

if TYPE_CHECKING:
    from fourfold.app.answers.board import Board
    from fourfold.app.commands.boards import OpenBoard
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.web.actions import Action


async def open_board(ls: FourfoldServer, asked: OpenBoard) -> Board | Opened:
    """The board; where the client renders none, the address at which its user's browser gets it,
    which is also opened."""
    folder, file, _ = await target_of(ls, asked.uri)
    await folder.history(file)
    if ls.client.renders_boards:
        return await folder.boards.board(file, asked.id)
    act = partial(_carry_out, ls, folder, file)
    address = await folder.boards.address(file, asked.id, act)
    ls.spawn(ls.client.show_in_browser(address))
    return Opened(uri=address)


async def _carry_out(ls: FourfoldServer, folder: Folder, file: StepFile, action: Action) -> None:
    """Does what the page of a board asks for."""
    from fourfold.app.commands.versions import SetCurrentVersion
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
            asked = SetCurrentVersion(uri=folder.prompt_uri(file), version=version)
            await set_current_version(ls, asked)
        case Rate(run, rating, note):
            await folder.ask(rate, run, rating, note)
