"""The command that shows versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.files import Opened
from fourfold.app.board import options_of
from fourfold.app.rating import rate
from fourfold.app.switching import switch_to
from fourfold.lsp.commands.switching import change
from fourfold.lsp.commands.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.answers.board import Board
    from fourfold.app.commands.boards import OpenBoard
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile


async def open_board(ls: FourfoldServer, asked: OpenBoard) -> Board | Opened:
    """The board; where the client renders none, the address at which its user's browser gets it,
    which is also opened."""
    folder, file, _ = await target_of(ls, asked.uri)
    await folder.history(file)
    if ls.client.renders_boards:
        return await folder.boards.board(file, asked.id)
    address = await folder.boards.address(file, asked.id, EditorBoard(ls, folder, file))
    ls.spawn(ls.client.show_in_browser(address))
    return Opened(uri=address)


class EditorBoard:
    """What the page of an editor's board asks for."""

    def __init__(self, ls: FourfoldServer, folder: Folder, file: StepFile) -> None:
        self._ls = ls
        self._folder = folder
        self._file = file

    async def run(self, versions: Sequence[int]) -> None:
        history = await self._folder.history(self._file)
        chosen = [history.version(number) for number in versions]
        await self._folder.runs.start(self._file, chosen, options_of(versions))

    async def cancel(self, runs: Sequence[str]) -> None:
        self._folder.cancel(runs, self._file.step)

    async def make_current(self, version: int) -> None:
        history = await self._folder.history(self._file)
        await change(self._ls, self._folder, switch_to(self._file, history.version(version)))

    async def rate(self, run: str, rating: int, note: str) -> None:
        await self._folder.ask(rate, run, rating, note)
