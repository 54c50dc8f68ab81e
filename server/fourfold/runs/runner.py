"""Carries out runs: all at once under each integration's limit, watched, cancelled, stored."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.llm.integration import WAITS, RefusedError
from fourfold.runs.blame import blaming
from fourfold.runs.clock import SystemClock
from fourfold.runs.fingerprint import request_fingerprint
from fourfold.runs.ids import RunIds
from fourfold.runs.limits import Limits
from fourfold.runs.live import LiveRun
from fourfold.runs.queueing import NewRun, add_runs, earlier_answer, queued_run
from fourfold.runs.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractAsyncContextManager

    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.clock import Clock
    from fourfold.runs.limits import Turn
    from fourfold.runs.request import InStore, Price, RunRequest
    from fourfold.store.ports.runs import RunStore
    from fourfold.store.records import Run, RunStatus

_log = logging.getLogger(__name__)

_TICK_S = 0.1
_TICKS_PER_CHECKPOINT = 5
_CLOSING_S = 2.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 8.0  # between a refusal and the next try
_MOST_REFUSALS = 20
_LOOK_S = 0.25  # how often another process is looked at that asks for the same


class Runner:
    """The runs of one workspace folder.

    `on_change(run)` is called on the event loop for each change of status, once that is stored
    (or could not be), and at most ten times a second for each response that streams; the run it
    gets holds the response so far. `on_error` is told what the user should know and no run can
    say, `on_news` sentences about what was learned of a model. `at_once` bounds all runs together,
    where given; each endpoint has as many as it takes. A run that is refused waits, and asks again.
    """

    def __init__(
        self,
        store: RunStore,
        in_store: InStore,
        *,
        on_change: Callable[[Run], None],
        on_error: Callable[[FourfoldError], None],
        on_news: Callable[[str], None] = lambda _: None,
        price: Price,
        at_once: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._in_store = in_store
        self._on_change = on_change
        self._on_error = on_error
        self._on_news = on_news
        self._price = price
        self._clock = clock or SystemClock()
        self._limits = Limits(at_once, self._clock)
        self._random = Random()  # noqa: S311 - so that refused runs do not come back together
        self._ids = RunIds()
        self._recorder = Recorder(store, in_store, self._clock, self._recorded, self._report)
        self._live: dict[str, LiveRun] = {}
        self._streaming: dict[str, LiveRun] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._starting: set[asyncio.Task[list[Run]]] = set()
        self._next: dict[str, str] = {}  # a run that follows one that did not fit, by their ids
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    async def start(self, requests: Sequence[RunRequest]) -> list[Run]:
        """Adds the runs, queued, in one transaction, and sets them going; returns at once.

        A run whose request was answered before, unless it is to be fresh, is succeeded from the
        start: `cached`, with that response and its figures, at no cost. FourfoldError where the
        runs could not be added; then none is.
        """
        if self._closed:
            raise FourfoldError("Fourfold is being stopped, so nothing was run.")
        # Runs that were added must be started, even if the caller is cancelled in between.
        starting = asyncio.create_task(self._start(list(requests)))
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return await asyncio.shield(starting)

    async def carry_out(self, request: RunRequest) -> Run:
        """Starts one run, and returns it once it has ended and was stored, or could not be.

        A caller that is cancelled meanwhile cancels the run, and waits for that.
        """
        promised = request.id or self.new_id()
        try:
            (run,) = await self.start([replace(request, id=promised)])
            if run.finished:
                return run
            live = self._live[run.id]
            await live.settled.wait()
        except asyncio.CancelledError:
            if self._starting:
                await asyncio.wait(self._starting)
            self.cancel([promised])
            await self.wait([promised])
            raise
        return live.run()

    def new_id(self) -> str:
        """An id to promise for a run that is still to come."""
        return self._ids.new(self._clock.now())

    def cancel(self, ids: Collection[str] | None = None, step: str | None = None) -> list[str]:
        """Cancels the runs with these ids, of this step, or all, and those that follow them; the
        ids of those that it ends."""
        if ids is not None:
            ids = {one for id_ in ids for one in self._chain(id_)}
        cancelled = []
        for id_, task in self._tasks.items():
            live = self._live[id_]
            meant = (ids is None or id_ in ids) and (step is None or live.request.step == step)
            # A task that has just come to its end can't be cancelled any more.
            if meant and not live.cancelling and task.cancel():
                live.cancelling = True
                cancelled.append(id_)
        return cancelled

    async def wait(self, ids: Collection[str]) -> None:
        """Returns when these runs, and those that follow them, have ended and were stored, or could
        not be."""
        for id_ in ids:
            following: str | None = id_
            while following is not None:
                if (live := self._live.get(following)) is not None:
                    await live.settled.wait()
                following = self._next.get(following)
                if following is not None and self._starting:
                    await asyncio.wait(set(self._starting))

    def last(self, run_id: str) -> str:
        """The id of the run that speaks for this one: the last of those that follow it."""
        return self._chain(run_id)[-1]

    def _chain(self, run_id: str) -> list[str]:
        chain = [run_id]
        while (following := self._next.get(chain[-1])) is not None:
            chain.append(following)
        return chain

    def live(self, run_id: str) -> Run | None:
        """The run as it stands, with the response so far; None once it is in the store, whole."""
        live = self._live.get(run_id)
        return live.run() if live else None

    def going(self) -> list[Run]:
        """The runs that have not ended, in the order they were started."""
        return [live.run() for live in self._live.values() if not live.ended]

    async def close(self) -> None:
        """Cancels all runs, and returns when that is stored."""
        self._closed = True
        if self._starting:
            await asyncio.wait(self._starting)
        self.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=_CLOSING_S)
        for live in [live for live in self._live.values() if not live.ended]:
            self._end(live, "cancelled", None)
        if self._watching:
            self._watching.cancel()
        await self._recorder.close()

    async def _start(self, requests: list[RunRequest]) -> list[Run]:
        prints = [request_fingerprint(request) for request in requests]
        now = self._clock.now()
        new = [
            NewRun(
                queued_run(request, request.id or self.new_id()),
                print_,
                reuse=not request.fresh,
                named=request.named,
                others=request.others,
            )
            for request, print_ in zip(requests, prints, strict=True)
        ]
        runs, elsewhere = await self._in_store(add_runs, self._store, new, now)
        for request, run in zip(requests, runs, strict=True):
            if not run.finished:
                live = self._live[run.id] = LiveRun(request, run, self._clock, self._on_news)
                task = self._tasks[run.id] = asyncio.create_task(
                    self._carry_out(live, waits=run.id in elsewhere)
                )
                task.add_done_callback(partial(self._done, live))
        for run in runs:
            self._tell(run)
        return runs

    async def _carry_out(self, live: LiveRun, *, waits: bool) -> None:
        WAITS.set(True)  # in the context of this task alone
        if waits:
            live.earlier = await self._answer_elsewhere(live)
            if live.earlier is not None:
                return
        refusals = 0
        while not await self._answered(live, refusals):
            pause = min(_FIRST_PAUSE_S * 2**refusals, _LONGEST_PAUSE_S)
            await self._clock.sleep(pause * self._random.uniform(0.5, 1))
            refusals += 1
        await live.process()

    async def _answer_elsewhere(self, live: LiveRun) -> Run | None:
        """What another process gets that asks for the same at this moment, so that it is paid for
        once; None where that one gets nothing."""
        while await self._in_store(self._store.is_asked_elsewhere, live.run().id):
            await self._clock.sleep(_LOOK_S)
        fingerprint = request_fingerprint(live.request)
        return await self._in_store(earlier_answer, self._store, live.run(), fingerprint)

    async def _answered(self, live: LiveRun, refusals: int) -> bool:
        """Asks the model in the run's turn; False where the endpoint refuses for now."""
        model = live.request.model
        async with self._limits.turn(model) as turn:
            live.begin()
            run = live.run()
            if run.id not in self._streaming:
                self._streaming[run.id] = live
                self._recorder.record(run)
            if not self._watching:
                self._watching = asyncio.create_task(self._watch())
            try:
                with blaming(model.integration):
                    await live.read()
            except RefusedError as error:
                turn.refused(self._clock.seconds(), error.wait_s)
                if refusals == _MOST_REFUSALS:
                    raise
                return False
            turn.answered(live.first_token_s)
        return True

    @property
    def at_once(self) -> int | None:
        """How many runs may go on at once; None is no limit but the endpoints' own."""
        return self._limits.most

    @at_once.setter
    def at_once(self, most: int | None) -> None:
        self._limits.change(most)

    def at_once_now(self, model: ResolvedModel) -> int:
        """How many runs of a model's endpoint may go on at this moment; more of them wait."""
        return self._limits.now(model)

    def most_at_once(self, model: ResolvedModel) -> int:
        """How many that may come to be, where the endpoint takes so many."""
        return self._limits.ceiling(model)

    def turn(self, model: ResolvedModel) -> AbstractAsyncContextManager[Turn]:
        """What a call that is no run of a step waits for, so that it counts with those that are."""
        return self._limits.turn(model)

    def _done(self, live: LiveRun, task: asyncio.Task[None]) -> None:
        # A task that is cancelled before its first step has no other place to end its run.
        del self._tasks[live.run().id]
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or live.cancelling:
            self._end(live, "cancelled", None)
        elif error is None:
            self._end(live, "succeeded", None)
        elif isinstance(error, FourfoldError):
            self._end(live, "failed", error)
            self._ask_again(live, error)
        else:
            # Without the error's text, which may quote what was sent.
            where = "".join(traceback.format_tb(error.__traceback__))
            name = type(error).__name__
            _log.error("A run of %s failed with %s:\n%s", live.request.step, name, where)
            self._end(
                live,
                "failed",
                FourfoldError(
                    f"The run stopped on an error of Fourfold's own ({name}); run it "
                    "again, and see the log for details if it stays."
                ),
            )

    def _ask_again(self, live: LiveRun, error: FourfoldError) -> None:
        again = live.request.again
        if again is None or self._closed or (following := again(live.run(), error)) is None:
            return
        promised = self._next[live.run().id] = self.new_id()
        starting = asyncio.create_task(self._start([replace(following, id=promised)]))
        self._starting.add(starting)
        starting.add_done_callback(self._began_again)

    def _began_again(self, starting: asyncio.Task[list[Run]]) -> None:
        self._starting.discard(starting)
        if not starting.cancelled() and isinstance(error := starting.exception(), FourfoldError):
            self._report(error)

    def _end(self, live: LiveRun, status: RunStatus, error: FourfoldError | None) -> None:
        if live.ended:
            return
        run = live.end(status, error, self._price_or_none)
        self._streaming.pop(run.id, None)
        self._recorder.record(run)

    def _recorded(self, run: Run, stored: bool) -> None:
        live = self._live.get(run.id)
        if live is None:
            return
        if not run.finished:
            if not live.ended:
                self._tell(live.run())
            return
        if stored:
            del self._live[run.id]
        live.settled.set()
        self._tell(run)

    async def _watch(self) -> None:
        """One timer for all runs, so that a token needs none."""
        ticks = 0
        try:
            while self._streaming:
                await self._clock.sleep(_TICK_S)
                ticks += 1
                for live in tuple(self._streaming.values()):
                    if live.told_length != len(live.text()):
                        live.told_length = len(live.text())
                        self._tell(live.run())
                if ticks % _TICKS_PER_CHECKPOINT == 0:
                    self._checkpoint()
        finally:
            self._watching = None

    def _checkpoint(self) -> None:
        texts = {}
        for id_, live in self._streaming.items():
            if live.kept_length != len(live.text()):
                live.kept_length = len(live.text())
                texts[id_] = live.run().response
        if texts:
            self._recorder.checkpoint(texts)

    def _tell(self, run: Run) -> None:
        try:
            self._on_change(run)
        except Exception:
            _log.exception("A listener to runs failed")

    def _report(self, error: FourfoldError) -> None:
        try:
            self._on_error(error)
        except Exception:
            _log.exception("A listener to errors of runs failed")

    def _price_or_none(
        self, model: ResolvedModel, input_tokens: int | None, output_tokens: int | None
    ) -> float | None:
        try:
            return self._price(model, input_tokens, output_tokens)
        except Exception:
            # A response must not be lost over its price.
            _log.exception("The price of a run could not be worked out")
            return None
