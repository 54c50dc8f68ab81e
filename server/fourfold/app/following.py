"""A step's board as it changes: by what is run here, by other processes, and on disk."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from fourfold.app.board import make_board
from fourfold.app.engine import open_engine
from fourfold.app.rating import rate
from fourfold.app.requests import RunOptions, make_requests
from fourfold.app.switching import use_version
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from fourfold.app.answers.board import Board
    from fourfold.app.engine import Engine
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run

_LOOK_SECONDS = 0.5
"""How often other processes and the disk are looked at."""

_BETWEEN_SECONDS = 0.1
"""The least time between two boards, so that a response that streams in is no flood."""


class Shown(Protocol):
    """Where a board is shown."""

    def publish(self, board: Mapping[str, Any]) -> None: ...

    def tell(self, sentence: str) -> None: ...


class Following:
    """Makes the board of a step again whenever something of it is another."""

    def __init__(self, file: StepFile) -> None:
        self.engine: Engine
        self._file = file
        self._runs: dict[str, Run] = {}
        self._changed = asyncio.Event()
        self._sentences: list[str] = []
        self._stamp: object = None
        self._only_runs = False

    async def publish_to(self, shown: Shown) -> None:
        """Goes on until it is cancelled."""
        self._changed.set()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._changed.wait()
            began = time.monotonic()
            for sentence in self._sentences:
                shown.tell(sentence)
            self._sentences.clear()
            try:
                other = await self.engine.call(self._look)
                if self._changed.is_set() or other:
                    tested = other or not self._only_runs
                    self._changed.clear()
                    self._only_runs = True
                    board = await self.engine.call(self._make, tested)
                    shown.publish(board.to_json())
            except FourfoldError as error:
                shown.tell(str(error))
            # A large board may not take all the time there is.
            await asyncio.sleep(max(_BETWEEN_SECONDS, time.monotonic() - began))

    async def run(self, numbers: Sequence[int]) -> None:
        """Runs kept versions; FourfoldError where that cannot be begun."""
        engine, file = self.engine, self._file
        history = await engine.call(engine.project.history, file)
        versions = [history.version(number) for number in numbers]
        # As in an editor: one is asked anew, of several what is missing.
        options = RunOptions(fresh=len(numbers) == 1)
        requests, refusals = await make_requests(
            engine.project, engine.registry, file, versions, options, engine.ask
        )
        self._sentences += [refusal.sentence for refusal in refusals]
        await engine.runner.start(requests)

    def cancel(self, runs: Sequence[str]) -> None:
        """Cancels those of these runs that go on here."""
        self.engine.runner.cancel(list(runs))

    async def make_current(self, number: int) -> None:
        """Makes a kept version current, with its text in the file; FourfoldError."""
        await self.engine.call(use_version, self.engine.project, self._file, number)
        self._changed.set()

    async def rate(self, run: str, rating: int, note: str) -> None:
        """Keeps what this user says of a run; FourfoldError."""
        await self.engine.call(rate, self.engine.project, run, rating, note)
        self._changed.set()

    def changed(self, run: Run) -> None:
        if run.step == self._file.step:
            self._runs[run.id] = run
            self._only_runs &= run.test is None
            self._changed.set()

    def tell(self, sentence: str) -> None:
        self._sentences.append(sentence)
        self._changed.set()

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

    def _make(self, tested: bool) -> Board:
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
