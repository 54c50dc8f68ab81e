"""Writes runs to the store behind the event loop's back, and never loses one silently."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fourfold.runs.clock import Clock
    from fourfold.runs.request import InStore
    from fourfold.store.ports.runs import RunStore
    from fourfold.store.records import Run

_FIRST_DELAY_S = 1.0
_LONGEST_DELAY_S = 30.0


class Recorder:
    """Stores each run's newest state at once, many together where many come together.

    What cannot be stored is kept and tried again, at growing intervals; `on_error` is told when
    that begins. `on_recorded(run, stored)` is called after the first attempt, and again when a
    later one succeeds.
    """

    def __init__(
        self,
        store: RunStore,
        in_store: InStore,
        clock: Clock,
        on_recorded: Callable[[Run, bool], None],
        on_error: Callable[[FourfoldError], None],
    ) -> None:
        self._store = store
        self._in_store = in_store
        self._clock = clock
        self._on_recorded = on_recorded
        self._on_error = on_error
        self._waiting: dict[str, Run] = {}
        self._texts: dict[str, str] = {}
        self._unsaved: dict[str, Run] = {}
        self._reason: Exception | None = None
        self._delay = _FIRST_DELAY_S
        self._writing: asyncio.Task[None] | None = None
        self._retrying: asyncio.Task[None] | None = None
        self._in_trouble = False
        self._closing = False

    def record(self, run: Run) -> None:
        """Stores `run` as soon as may be."""
        self._unsaved.pop(run.id, None)
        self._waiting[run.id] = run
        self._write()

    def checkpoint(self, texts: Mapping[str, str]) -> None:
        """Stores what has arrived of running responses; not tried again where that fails."""
        self._texts.update(texts)
        self._write()

    async def close(self) -> None:
        """Stores all that can be; what could not even now is told of."""
        self._closing = True
        if self._retrying:
            self._retrying.cancel()
        await self._written()
        self._again()
        await self._written()
        if lost := len(self._unsaved):
            what = (
                "1 response could not be stored and is"
                if lost == 1
                else (f"{lost} responses could not be stored and are")
            )
            self._on_error(FourfoldError(f"{what} lost: {_told(self._reason)}"))

    async def _written(self) -> None:
        while self._writing:
            # Unlike awaiting the task, this does not cancel it when the waiting is cancelled.
            await asyncio.wait((self._writing,))

    def _write(self) -> None:
        if not self._writing:
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        runs: dict[str, Run] = {}
        try:
            while self._waiting or self._texts:
                runs, self._waiting = self._waiting, {}
                texts, self._texts = self._texts, {}
                texts = {id_: text for id_, text in texts.items() if id_ not in runs}
                failed, self._reason = await self._attempt(list(runs.values()), texts)
                self._unsaved.update({run.id: run for run in failed if run.id not in self._waiting})
                if self._reason is not None:
                    self._trouble(self._reason)
                elif not self._unsaved:
                    self._in_trouble = False
                    self._delay = _FIRST_DELAY_S
                lost = {run.id for run in failed}
                for run in runs.values():
                    self._on_recorded(run, run.id not in lost)
        except asyncio.CancelledError:
            # All that goes on is being given up, after a second Ctrl-C: nobody may wait for these.
            for run in (*runs.values(), *self._waiting.values()):
                self._on_recorded(run, False)
            raise
        finally:
            self._writing = None

    async def _attempt(
        self, runs: list[Run], texts: Mapping[str, str]
    ) -> tuple[list[Run], Exception | None]:
        try:
            return await self._in_store(_store_all, self._store, runs, texts)
        except Exception as error:  # whatever it is, the runs are kept
            return runs, error

    def _trouble(self, reason: Exception) -> None:
        if self._closing:
            return
        if self._unsaved and not self._retrying:
            self._retrying = asyncio.create_task(self._retry())
        if self._in_trouble:
            return
        self._in_trouble = True
        self._on_error(
            FourfoldError(
                "Responses cannot be stored at the moment and are kept in memory until they can: "
                f"{_told(reason)}"
            )
        )

    async def _retry(self) -> None:
        try:
            while self._unsaved:
                await self._clock.sleep(self._delay)
                self._delay = min(2 * self._delay, _LONGEST_DELAY_S)
                self._again()
                await self._written()
        finally:
            self._retrying = None

    def _again(self) -> None:
        self._waiting = {**self._unsaved, **self._waiting}
        self._unsaved.clear()
        if self._waiting:
            self._write()


def _store_all(
    store: RunStore, runs: Iterable[Run], texts: Mapping[str, str]
) -> tuple[list[Run], Exception | None]:
    """The runs that could not be stored, the one at fault last, and why."""
    untried: list[Run] = []
    refused: list[Run] = []
    reason: Exception | None = None
    for run in runs:
        # A store that failed would make each further run wait for its time-out.
        if isinstance(reason, FourfoldError):
            untried.append(run)
            continue
        try:
            store.update_run(run)
        except Exception as error:  # a run that cannot be stored stops no other
            refused.append(run)
            reason = error
    if texts and reason is None:
        try:
            store.checkpoint(texts)
        except Exception as error:  # the next checkpoint has the text again
            reason = error
    return [*untried, *refused], reason


def _told(reason: Exception | None) -> str:
    return str(reason) if isinstance(reason, FourfoldError) else type(reason).__name__
