"""A step's board as it changes: by what is run here, by other processes, and on disk."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from fourfold.app.board import make_board, options_of
from fourfold.app.engine import open_engine
from fourfold.app.rating import rate
from fourfold.app.requests import make_requests
from fourfold.app.switching import use_version
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from fourfold.app.answers.board import Board
    from fourfold.app.engine import Engine
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run

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
        self._file = file
        self._runs: dict[str, Run] = {}
        self._updates = BoardUpdates(lambda tests: self.engine.call(self._made, tests))
        self._page: Page | None = None
        self._stamp: object = None

    async def publish_to(self, page: Page) -> None:
        """Goes on until it is cancelled."""
        self._page = page
        self._updates.changed()
        await self._updates.follow(page, lambda: self.engine.call(self._look))

    async def run(self, versions: Sequence[int]) -> None:
        engine, file = self.engine, self._file
        history = await engine.call(engine.project.history, file)
        chosen = [history.version(number) for number in versions]
        requests, refusals = await make_requests(
            engine.project, engine.registry, file, chosen, options_of(versions), engine.ask
        )
        for refusal in refusals:
            self.tell(refusal.sentence)
        await engine.runner.start(requests)

    async def cancel(self, runs: Sequence[str]) -> None:
        self.engine.runner.cancel(list(runs))

    async def make_current(self, version: int) -> None:
        await self.engine.call(use_version, self.engine.project, self._file, version)
        self._updates.changed()

    async def rate(self, run: str, rating: int, note: str) -> None:
        await self.engine.call(rate, self.engine.project, run, rating, note)
        self._updates.changed()

    def changed(self, run: Run) -> None:
        if run.step == self._file.step:
            self._runs[run.id] = run
            self._updates.changed(tests=run.test is not None)

    def tell(self, sentence: str) -> None:
        if self._page is not None:
            self._page.tell(sentence)

    def _look(self) -> bool:
        """Takes in what others have left on disk; whether anybody else changed something."""
        project = self.engine.project
        try:
            found = self._file.path.stat()
            stamp: object = (found.st_ino, found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            taken = project.read_from_disk([self._file], patience=0)
            if not taken.unfinished:
                self._stamp = stamp
        return project.store.changed_elsewhere() or stamp != self._stamp

    def _made(self, tested: bool) -> Board:
        file = self._file
        uri = file.path.as_uri()
        return make_board(self.engine.project, file, uri, self._runs.get, tested=tested)


@asynccontextmanager
async def following(project: Project, file: StepFile) -> AsyncIterator[Following]:
    """The step's board with an engine of its own, in which runs go on until the end."""
    board = Following(file)
    async with open_engine(
        project,
        on_change=board.changed,
        on_error=lambda error: board.tell(str(error)),
        on_news=board.tell,
    ) as engine:
        board.engine = engine
        yield board
