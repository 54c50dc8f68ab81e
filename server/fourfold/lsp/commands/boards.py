"""The commands of the board: showing versions side by side, and what its page asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from fourfold.app.answers.board import ActedOnBoard
from fourfold.app.answers.files import Opened
from fourfold.app.answers.runs import RunSummary
from fourfold.app.board_actions import carry_out
from fourfold.app.switching import switch_to
from fourfold.app.testing.tests import tests_beside
from fourfold.lsp.commands.seen import seen_tests
from fourfold.lsp.commands.switching import change
from fourfold.lsp.commands.targets import target_of
from fourfold.project.documents import Document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from fourfold.app.answers.board import Board, RunPage
    from fourfold.app.commands.boards import ActOnBoard, OpenBoard, OpenRun
    from fourfold.app.requests import RunOptions
    from fourfold.app.testing.options import MatrixOptions
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, StepHistory, Version

P = ParamSpec("P")
T = TypeVar("T")


async def open_board(ls: FourfoldServer, asked: OpenBoard) -> Board | Opened:
    """The board; where the client renders none, the address at which its user's browser gets it,
    which is also opened."""
    folder, file, document = await target_of(ls, asked.uri)
    await folder.history(file)
    report = asked.id
    if report is None and document is not None and document.kind == "test-report":
        report = document.run
    if ls.client.renders_boards:
        return await folder.boards.board(file, report)
    address = await folder.boards.address(file, report, EditorBoard(ls, folder, file))
    ls.spawn(ls.client.show_in_browser(address))
    return Opened(uri=address)


async def act_on_board(ls: FourfoldServer, asked: ActOnBoard) -> ActedOnBoard:
    """The runs that an action has begun; they go on with progress."""
    folder, file, _ = await target_of(ls, asked.uri)
    await ls.settings_settled()
    runs = await carry_out(asked.action, EditorBoard(ls, folder, file))
    return await folder.views.publish(
        lambda uri_of: ActedOnBoard(runs=[RunSummary.of(run, uri_of) for run in runs])
    )


async def open_run(ls: FourfoldServer, asked: OpenRun) -> RunPage | Opened:
    folder, file, _ = await target_of(ls, asked.uri)
    page = await folder.boards.run_page(file, asked.run)
    if ls.client.renders_boards:
        return page
    return Opened(uri=await folder.views.open(Document("run", file.step, run=page.run.id)))


class EditorBoard:
    """The home of a board whose runs and changes are the editor's."""

    def __init__(self, ls: FourfoldServer, folder: Folder, file: StepFile) -> None:
        self.file = file
        self._ls = ls
        self._folder = folder

    async def history(self) -> StepHistory:
        return await self._folder.history(self.file)

    async def run(self, versions: Sequence[Version], options: RunOptions) -> list[Run]:
        return await self._folder.runs.start(self.file, versions, options)

    async def cancel(self, runs: Sequence[str]) -> None:
        self._folder.cancel(runs, self.file.step)

    async def make_current(self, version: int) -> None:
        history = await self.history()
        await change(self._ls, self._folder, switch_to(self.file, history.version(version)))

    async def test(self, versions: Sequence[Version], options: MatrixOptions) -> None:
        seen = seen_tests(self._ls, self.file)
        found = await self._folder.ask(tests_beside, self.file, seen)
        await self._folder.tests.start(self.file, versions, options, found)

    async def stop_tests(self) -> None:
        self._folder.tests.cancel(None, self.file.step)

    def ask(
        self, function: Callable[Concatenate[Project, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Awaitable[T]:
        return self._folder.ask(function, *args, **kwargs)

    def changed(self) -> None:
        self._folder.boards.changed([self.file.step])
