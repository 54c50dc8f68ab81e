"""Boards in a browser, for editors that render none themselves: one server for each step."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.lsp.folder import Folder
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run
    from fourfold.web.actions import Action

_BETWEEN_SECONDS = 0.15
"""The least time between two boards, so that a response that streams in is no flood."""


class Boards:
    """The boards of one folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._shown: dict[str, _Shown] = {}

    async def board(
        self, file: StepFile, matrix: str | None = None, *, tested: bool = True
    ) -> dict[str, Any]:
        """Board, as it is now, as `make_board` has it."""
        from fourfold.app.board import make_board

        folder = self._folder
        return await folder.call(
            make_board,
            folder.project,
            file,
            folder.prompt_uri(file),
            folder.runs.live,
            matrix=matrix,
            tested=tested,
        )

    async def address(self, file: StepFile, matrix: str | None) -> str:
        """Where a browser gets the step's board, once."""
        board = await self.board(file, matrix)
        if file.step not in self._shown:
            self._shown[file.step] = _Shown(self._folder, file, board["title"])
            self._folder.server.spawn(self._shown[file.step].follow())
        shown = self._shown[file.step]
        shown.matrix = matrix
        shown.server.publish(board)
        return shown.server.new_address()

    def changed(self, steps: Iterable[str]) -> None:
        """Something of these steps is another now."""
        for step in steps:
            if (shown := self._shown.get(step)) is not None:
                shown.only_runs = False
                shown.changed.set()

    def run_changed(self, run: Run) -> None:
        if (shown := self._shown.get(run.step)) is not None:
            shown.only_runs &= run.test is None
            shown.changed.set()

    async def close(self) -> None:
        shown = list(self._shown.values())
        self._shown.clear()
        for one in shown:
            await asyncio.to_thread(one.server.close)


class _Shown:
    """The board of a step, served."""

    def __init__(self, folder: Folder, file: StepFile, title: str) -> None:
        from fourfold.web.server import BoardServer

        self.changed = asyncio.Event()
        self.only_runs = True
        self.matrix: str | None = None
        self._folder = folder
        self._file = file
        self._loop = asyncio.get_running_loop()
        self.server = BoardServer(title, self._act)
        self.server.start()

    async def follow(self) -> None:
        """Shows the board again whenever it has changed; until the folder is closed."""
        while True:
            await self.changed.wait()
            tested = not self.only_runs
            self.changed.clear()
            self.only_runs = True
            began = time.monotonic()
            try:
                boards = self._folder.boards
                self.server.publish(await boards.board(self._file, self.matrix, tested=tested))
            except FourfoldError as error:
                self.server.tell(str(error))
            # A large board may not take all the time there is.
            await asyncio.sleep(max(_BETWEEN_SECONDS, time.monotonic() - began))

    def _act(self, action: Action) -> None:
        asyncio.run_coroutine_threadsafe(self._carry_out(action), self._loop).result()

    async def _carry_out(self, action: Action) -> None:
        from fourfold.app.rating import rate
        from fourfold.app.requests import RunOptions
        from fourfold.web.actions import CancelRuns, MakeCurrent, Rate, RunVersions

        folder, file = self._folder, self._file
        match action:
            case RunVersions(numbers):
                history = await folder.history(file)
                versions = [history.version(number) for number in numbers]
                # As the lenses have it: one is asked anew, of several what is missing.
                await folder.runs.start(file, versions, RunOptions(fresh=len(numbers) == 1))
            case CancelRuns(runs):
                folder.runs.cancel(runs, file.step)
            case MakeCurrent(version):
                from fourfold.lsp.commands.versions import set_current_version

                fields = {"uri": folder.prompt_uri(file), "version": version}
                await set_current_version(folder.server, fields)
            case Rate(run, rating, note):
                await folder.call(rate, folder.project, run, rating, note)
        self.changed.set()
