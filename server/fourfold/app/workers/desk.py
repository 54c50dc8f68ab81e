"""Where a process leaves calls for workers, and waits for what comes of them."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from fourfold.errors import FourfoldError
from fourfold.team.calls import read_answer
from fourfold.team.lines import LineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.store.facts import Answered, Call
    from fourfold.store.ports.team import Team
    from fourfold.team.calls import CallAnswer

_LOOK_SECONDS = 0.02
_TURNS_BETWEEN_LOOKS = 100
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 15.0
_LONG_SECONDS = 10.0
_NOBODY = (
    "No worker has taken a call yet: `fourfold worker` makes them, on any machine of somebody who "
    "may contribute and has these models."
)


class Made(NamedTuple):
    """What came of a call, whose worker made it, and of how many others that had it nobody knows
    whether they made it."""

    answer: CallAnswer
    by: str
    lost: int


class Desk:
    """One connection, on a thread of its own. `again` counts how often a call was given to another
    worker, as the one before was lost with it."""

    def __init__(self, open_team: Callable[[], Team], note: Callable[[str], None]) -> None:
        self.person = ""
        self.again = 0
        self._open_team = open_team
        self._note = note
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._new: list[Call] = []
        self._gone: list[str] = []
        self._taking_back = False
        self._asked_at: float | None = None
        self._seems_alone = True
        self._waiting: dict[str, tuple[Call, asyncio.Future[Made]]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="fourfold-desk", daemon=True)
        self._thread.start()

    async def ask(self, call: Call) -> Made:
        """What comes of a call. Of a caller that is cancelled it is taken back, if no worker has it
        yet."""
        with self._lock:
            if call.request not in self._waiting:
                self._waiting[call.request] = (call, self._loop.create_future())
                self._new.append(call)
            future = self._waiting[call.request][1]
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            with self._lock:
                if self._waiting.pop(call.request, None) is not None:
                    self._gone.append(call.request)
            raise

    def take_back(self) -> None:
        """Has what no worker has begun be made by none; who waits for it is cancelled."""
        self._taking_back = True

    async def close(self) -> None:
        """Takes back what nobody has taken."""
        self._ended.set()
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        pause, told = _FIRST_PAUSE, ""
        while not self._ended.is_set():
            try:
                with closing(self._open_team()) as team:
                    self.person = team.person
                    team.listen("answers")
                    with self._lock:  # whatever was offered before the connection was lost
                        self._new = [call for call, _ in self._waiting.values()]
                    pause, told = _FIRST_PAUSE, ""
                    self._go_on(team)
            except FourfoldError as error:
                if str(error) != told:
                    told = str(error)
                    self._note(told)
                self._ended.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _go_on(self, team: Team) -> None:
        turn = 0
        while True:
            last = self._ended.is_set()
            with self._lock:
                new, self._new = self._new, []
                gone = list(self._gone)
                waiting = list(self._waiting)
            if new:
                team.offer(new)
                self._asked_at = self._asked_at or time.monotonic()
            if gone:
                team.withdraw(gone)
                with self._lock:
                    del self._gone[: len(gone)]
            if last:
                return
            if self._taking_back:
                self._taking_back = False
                self._end(team.withdraw(waiting))
            told = team.was_told(_LOOK_SECONDS)
            turn += 1
            looks = turn % _TURNS_BETWEEN_LOOKS == 0
            if waiting and (new or told or looks):
                self._take(team, team.answers(waiting))
            if waiting and looks:  # somebody else who asked the same may have taken it back
                self._offer_again(team.missing(waiting))
                self._look_for_workers(team, waiting)

    def _look_for_workers(self, team: Team, waiting: list[str]) -> None:
        """Says once where nobody makes what is asked."""
        if not self._seems_alone or self._asked_at is None:
            return
        self._seems_alone = not team.are_taken(waiting)
        if self._seems_alone and time.monotonic() - self._asked_at > _LONG_SECONDS:
            self._seems_alone = False
            self._note(_NOBODY)

    def _offer_again(self, requests: list[str]) -> None:
        with self._lock:
            self._new += [self._waiting[one][0] for one in requests if one in self._waiting]

    def _end(self, requests: list[str]) -> None:
        for request in requests:
            with self._lock:
                _, future = self._waiting.pop(request, (None, None))
            if future is not None:
                self._loop.call_soon_threadsafe(future.cancel)

    def _take(self, team: Team, found: list[Answered]) -> None:
        failed = []
        for one in found:
            try:
                answer = read_answer(one.answer)
            except LineError:
                failed.append(one.request)  # somebody's bad joke: it is made again
                continue
            if answer.error is not None:
                failed.append(one.request)
            with self._lock:
                _, future = self._waiting.pop(one.request, (None, None))
            made = Made(answer, one.by, lost=one.tries - 1)
            self.again += made.lost
            if future is not None:
                self._loop.call_soon_threadsafe(_resolve, future, made)
        if failed:
            team.forget(failed)
            self._offer_again(failed)


def _resolve(future: asyncio.Future[Made], found: Made) -> None:
    if not future.done():
        future.set_result(found)
