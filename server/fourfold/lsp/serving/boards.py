"""Boards in a browser, for editors that render none themselves: one server for each step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.lsp.events import RunChanged, TestsChanged, VersionsChanged

if TYPE_CHECKING:
    from fourfold.app.answers.board import Board
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.views import Views
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run
    from fourfold.web.actions import Action

_BETWEEN_SECONDS = 0.15
"""The least time between two boards, so that a response that streams in is no flood."""

Act = Callable[["Action"], Awaitable[None]]
"""Carries out what the page asks for."""


class Boards:
    """The boards of one folder."""

    def __init__(
        self, project: ProjectThread, views: Views, live: Callable[[str], Run | None]
    ) -> None:
        self._project = project
        self._views = views
        self._live = live
        self._shown: dict[str, _Shown] = {}
        project.events.follow(VersionsChanged, lambda event: self.changed(event.steps))
        project.events.follow(RunChanged, self._run_changed)
        project.events.follow(TestsChanged, lambda event: self.changed([event.step]))

    async def board(
        self, file: StepFile, matrix: str | None = None, *, tested: bool = True
    ) -> Board:
        """Board, as it is now, as `make_board` has it."""
        from fourfold.app.board import make_board

        uri = self._views.prompt_uri(file)
        return await self._project.ask(
            make_board, file, uri, self._live, matrix=matrix, tested=tested
        )

    async def address(self, file: StepFile, matrix: str | None, act: Act) -> str:
        """Where a browser gets the step's board, once."""
        board = await self.board(file, matrix)
        if file.step not in self._shown:
            self._shown[file.step] = _Shown(self, file, board.title, act)
            self._project.host.spawn(self._shown[file.step].follow())
        shown = self._shown[file.step]
        shown.matrix = matrix
        shown.server.publish(board.to_json())
        return shown.server.new_address()

    def changed(self, steps: Iterable[str]) -> None:
        """Something of these steps is another now."""
        for step in steps:
            if (shown := self._shown.get(step)) is not None:
                shown.only_runs = False
                shown.changed.set()

    def _run_changed(self, event: RunChanged) -> None:
        if (shown := self._shown.get(event.run.step)) is not None:
            shown.only_runs &= event.run.test is None
            shown.changed.set()

    async def close(self) -> None:
        shown = list(self._shown.values())
        self._shown.clear()
        for one in shown:
            await asyncio.to_thread(one.server.close)


class _Shown:
    """The board of a step, served."""

    def __init__(self, boards: Boards, file: StepFile, title: str, act: Act) -> None:
        from fourfold.web.server import BoardServer

        self.changed = asyncio.Event()
        self.only_runs = True
        self.matrix: str | None = None
        self._boards = boards
        self._file = file
        self._carry_out = act
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
                board = await self._boards.board(self._file, self.matrix, tested=tested)
                self.server.publish(board.to_json())
            except FourfoldError as error:
                self.server.tell(str(error))
            # A large board may not take all the time there is.
            await asyncio.sleep(max(_BETWEEN_SECONDS, time.monotonic() - began))

    def _act(self, action: Action) -> None:
        asyncio.run_coroutine_threadsafe(self._acted(action), self._loop).result()

    async def _acted(self, action: Action) -> None:
        await self._carry_out(action)
        self.changed.set()
