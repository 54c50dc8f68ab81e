"""A step's board as it changes: by what is run here, by other processes, and on disk."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from fourfold.app.answers.board import Testing
from fourfold.app.board import make_board
from fourfold.app.engine import open_engine
from fourfold.app.requests import make_requests
from fourfold.app.run_page import make_run_page
from fourfold.app.switching import use_version
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from fourfold.app.answers.board import Board, RunPage
    from fourfold.app.engine import Engine
    from fourfold.app.requests import RunOptions
    from fourfold.app.testing.matrix import Matrix
    from fourfold.app.testing.options import MatrixOptions, Progress
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, StepHistory, Version

P = ParamSpec("P")
T = TypeVar("T")

_LOOK_SECONDS = 0.5
"""How often other processes and the disk are looked at."""

_BETWEEN_SECONDS = 0.1
"""The least time between two boards, so that a response that streams in is no flood."""


class Page(Protocol):
    """Where a board is shown."""

    def publish(self, board: Mapping[str, Any]) -> None: ...

    def tell(self, sentence: str) -> None: ...


class BoardUpdates:
    """Puts a board on its page again once something of it is another. `make` makes it, and is told
    whether what comes of tests may have changed."""

    def __init__(self, make: Callable[[bool], Awaitable[Board]]) -> None:
        self._make = make
        self._changed = asyncio.Event()
        self._tests = False

    def changed(self, *, tests: bool = True) -> None:
        self._tests |= tests
        self._changed.set()

    async def follow(self, page: Page, look: Callable[[], Awaitable[bool]] | None = None) -> None:
        """Goes on until it is cancelled; `look` says whether anybody else has changed something."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS if look else None):
                    await self._changed.wait()
            began = time.monotonic()
            try:
                if look is not None and await look():
                    self.changed()
                if self._changed.is_set():
                    tests, self._tests = self._tests, False
                    self._changed.clear()
                    board = await self._make(tests)
                    page.publish(board.to_json())
            except FourfoldError as error:
                page.tell(str(error))
            # A large board may not take all the time there is.
            await asyncio.sleep(max(_BETWEEN_SECONDS, time.monotonic() - began))


class Following:
    """The board of a step outside an editor, and what its page asks for."""

    def __init__(self, file: StepFile) -> None:
        self.engine: Engine
        self.file = file
        self._runs: dict[str, Run] = {}
        self._updates = BoardUpdates(lambda tests: self.engine.call(self._made, tests))
        self._page: Page | None = None
        self._stamp: object = None
        self._tests: asyncio.Task[None] | None = None
        self._testing: Testing | None = None

    async def publish_to(self, page: Page) -> None:
        """Goes on until it is cancelled."""
        self._page = page
        self._updates.changed()
        await self._updates.follow(page, lambda: self.engine.call(self._look))

    async def run_page(self, run: str) -> RunPage:
        """RunPage of a run; InvalidArgumentError where there is none."""
        uri = self.file.path.as_uri()
        return await self.ask(make_run_page, self.file, uri, run, self._runs.get)

    async def history(self) -> StepHistory:
        return await self.ask(lambda project: project.history(self.file))

    async def run(self, versions: Sequence[Version], options: RunOptions) -> list[Run]:
        engine = self.engine
        requests, refusals = await make_requests(
            engine.project, engine.registry, self.file, versions, options, engine.ask
        )
        for refusal in refusals:
            self.tell(refusal.sentence)
        return await engine.runner.start(requests)

    async def cancel(self, runs: Sequence[str]) -> None:
        self.engine.runner.cancel(list(runs))

    async def make_current(self, version: int) -> None:
        await self.ask(use_version, self.file, version)
        self.changed()

    async def test(self, versions: Sequence[Version], options: MatrixOptions) -> None:
        from fourfold.app.testing.making import make_matrix
        from fourfold.app.testing.texts import of_version

        texts = [of_version(version) for version in versions]
        matrix = await make_matrix(
            self.engine, self.file, texts, options, note=self.tell, on_progress=self._progressed
        )
        if self._tests is not None:
            raise FourfoldError(f"{self.file.step} is being tested; stop that first.")
        self._testing = Testing(done=0, planned=matrix.planned, calls=0, cost_usd=None)
        self._tests = asyncio.create_task(self._carry_out(matrix))
        self.changed()

    async def _carry_out(self, matrix: Matrix) -> None:
        for refused in matrix.tests.refused:
            self.tell(str(refused))
        try:
            await matrix.run()
        except FourfoldError as error:
            self.tell(str(error))
        finally:
            self._tests = self._testing = None
            self.changed()

    def _progressed(self, progress: Progress) -> None:
        self._testing = Testing.copied(progress, elsewhere=False)
        self.changed()

    async def stop_tests(self) -> None:
        """Returns once what they have brought is kept."""
        if (tests := self._tests) is not None:
            tests.cancel()
            await asyncio.wait((tests,))

    async def ask(
        self, function: Callable[Concatenate[Project, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self.engine.call(partial(function, self.engine.project, *args, **kwargs))

    def changed(self) -> None:
        self._updates.changed()

    def run_changed(self, run: Run) -> None:
        if run.step == self.file.step:
            self._runs[run.id] = run
            self._updates.changed(tests=run.test is not None)

    def tell(self, sentence: str) -> None:
        if self._page is not None:
            self._page.tell(sentence)

    def _look(self) -> bool:
        """Takes in what others have left on disk; whether anybody else changed something."""
        project = self.engine.project
        try:
            found = self.file.path.stat()
            stamp: object = (found.st_ino, found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            taken = project.read_from_disk([self.file], patience=0)
            if not taken.unfinished:
                self._stamp = stamp
        return project.store.changed_elsewhere() or stamp != self._stamp

    def _made(self, tested: bool) -> Board:
        file = self.file
        uri = file.path.as_uri()
        return make_board(
            self.engine.project, file, uri, self._runs.get, tested=tested, testing=self._testing
        )


@asynccontextmanager
async def following(project: Project, file: StepFile) -> AsyncIterator[Following]:
    """The step's board with an engine of its own, in which runs go on until the end."""
    board = Following(file)
    async with open_engine(
        project,
        on_change=board.run_changed,
        on_error=lambda error: board.tell(str(error)),
        on_news=board.tell,
    ) as engine:
        board.engine = engine
        try:
            yield board
        finally:
            await board.stop_tests()
