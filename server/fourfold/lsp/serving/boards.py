"""Boards in a browser, for editors that render none themselves: one server for each step."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.lsp.events import RunChanged, TestsChanged, VersionsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fourfold.app.answers.board import Board
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.views import Views
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run
    from fourfold.web.actions import Action, BoardActions


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

    async def address(self, file: StepFile, matrix: str | None, actions: BoardActions) -> str:
        """Where a browser gets the step's board, once."""
        board = await self.board(file, matrix)
        if file.step not in self._shown:
            made = self._shown[file.step] = _Shown(self, file, board.title, actions)
            self._project.host.spawn(made.updates.follow(made.server))
        shown = self._shown[file.step]
        shown.matrix = matrix
        shown.server.publish(board.to_json())
        return shown.server.new_address()

    def changed(self, steps: Iterable[str]) -> None:
        """Something of these steps is another now."""
        for step in steps:
            if (shown := self._shown.get(step)) is not None:
                shown.updates.changed()

    def _run_changed(self, event: RunChanged) -> None:
        if (shown := self._shown.get(event.run.step)) is not None:
            shown.updates.changed(tests=event.run.test is not None)

    async def close(self) -> None:
        shown = list(self._shown.values())
        self._shown.clear()
        for one in shown:
            await asyncio.to_thread(one.server.close)


class _Shown:
    """The board of a step, served."""

    def __init__(self, boards: Boards, file: StepFile, title: str, actions: BoardActions) -> None:
        from fourfold.app.following import BoardUpdates
        from fourfold.web.server import BoardServer

        self.matrix: str | None = None
        self.updates = BoardUpdates(lambda tests: boards.board(file, self.matrix, tested=tests))
        self._actions = actions
        self._loop = asyncio.get_running_loop()
        self.server = BoardServer(title, self._act)
        self.server.start()

    def _act(self, action: Action) -> None:
        asyncio.run_coroutine_threadsafe(self._acted(action), self._loop).result()

    async def _acted(self, action: Action) -> None:
        from fourfold.web.actions import carry_out

        await carry_out(action, self._actions)
        self.updates.changed()
