"""Boards in a browser, for editors that render none themselves: one server for each step."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.lsp.events import RunChanged, TestsChanged, VersionsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fourfold.app.answers.board import Board, RunPage, Testing
    from fourfold.app.board_actions import Home
    from fourfold.app.commands.boards import BoardAction
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.views import Views
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run


class Boards:
    """The boards of one folder."""

    def __init__(
        self,
        project: ProjectThread,
        views: Views,
        live: Callable[[str], Run | None],
        testing: Callable[[str], Testing | None],
    ) -> None:
        self._project = project
        self._views = views
        self._live = live
        self._testing = testing
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
            make_board,
            file,
            uri,
            self._live,
            matrix=matrix,
            tested=tested,
            testing=self._testing(file.step),
        )

    async def run_page(self, file: StepFile, run: str | None) -> RunPage:
        """RunPage of a run, else of the one that speaks for the current version."""
        from fourfold.app.run_page import make_run_page

        uri = self._views.prompt_uri(file)
        return await self._project.ask(make_run_page, file, uri, run, self._live)

    async def address(self, file: StepFile, matrix: str | None, home: Home) -> str:
        """Where a browser gets the step's board, once."""
        board = await self.board(file, matrix)
        if file.step not in self._shown:
            made = self._shown[file.step] = _Shown(self, file, board.title, home)
            self._project.host.spawn(made.updates.follow(made.server))
        shown = self._shown[file.step]
        last = await self._project.ask(_last_matrix, file.step)
        shown.matrix = None if matrix == last else matrix
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
    """The board of a step, served; `matrix` is the one whose report it shows, None the last."""

    def __init__(self, boards: Boards, file: StepFile, title: str, home: Home) -> None:
        from fourfold.app.following import BoardUpdates
        from fourfold.web.server import BoardServer

        self.matrix: str | None = None
        self.updates = BoardUpdates(lambda tests: boards.board(file, self.matrix, tested=tests))
        self._home = home
        self._boards = boards
        self._file = file
        self._loop = asyncio.get_running_loop()
        self.server = BoardServer(title, self._act, self._read_run)
        self.server.start()

    def _read_run(self, run: str) -> RunPage:
        return asyncio.run_coroutine_threadsafe(
            self._boards.run_page(self._file, run), self._loop
        ).result()

    def _act(self, action: BoardAction) -> None:
        asyncio.run_coroutine_threadsafe(self._acted(action), self._loop).result()

    async def _acted(self, action: BoardAction) -> None:
        from fourfold.app.board_actions import carry_out
        from fourfold.app.commands.boards import RunTestsAction

        await carry_out(action, self._home)
        if isinstance(action, RunTestsAction):
            self.matrix = None  # what it brings is another report
        self.updates.changed()


def _last_matrix(project: Project, step: str) -> str | None:
    kept = project.store.find_matrix(step) if project.is_used else None
    return None if kept is None else kept.id
