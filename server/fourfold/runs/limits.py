"""How many calls go on at once: as many as an endpoint takes, which finds itself.

Each endpoint begins with a few. Answers let it have more, one for each until the first refusal
(429), so that it doubles from round to round, and then fewer; a refusal takes one away, and some
more, and lets none begin before the time that it names. An endpoint that does not refuse but
answers more and more slowly, as a server does that only queues what it cannot do yet, gets no more
either. All together stay below one limit of the user's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.clock import Clock

FIRST = 16
_FEWER = 0.9  # of what went on is left after refusals, and one less for each of them
_FASTER = 0.1  # one more for so many answers, far below where the last refusals were
_CAREFUL = 0.2  # one more for as many rounds of answers, close to there
_SLOWER = 2.0  # times the quickest first token, and
_SLACK_S = 0.5  # so much more, is no sign of an endpoint that has room


class Limits:
    """The limits of one runner. `most` is how many calls may go on at all, with which each endpoint
    begins then, since that is what the user wants; None is no such limit."""

    def __init__(self, most: int | None, clock: Clock) -> None:
        self.most = most
        self._clock = clock
        self._going = 0
        self._lanes: dict[str, _Lane] = {}

    def change(self, most: int | None) -> None:
        """Goes on with another limit of the user's."""
        self.most = most
        for lane in self._lanes.values():
            if lane.too_many is None:
                lane.room = max(lane.room, most or FIRST)
        self.wake()

    def now(self, model: ResolvedModel) -> int:
        """How many calls of a model's endpoint may go on at this moment."""
        lane = self._lane(model)
        return lane.allowed if self.most is None else max(1, min(lane.allowed, self.most))

    def ceiling(self, model: ResolvedModel) -> int:
        """How many that may come to be."""
        most = model.integration.concurrency
        return max(1, most if self.most is None else min(most, self.most))

    @asynccontextmanager
    async def turn(self, model: ResolvedModel) -> AsyncIterator[Turn]:
        """A call's turn, as soon as there is room for it."""
        lane = self._lane(model)
        await self._enter(lane)
        try:
            yield Turn(lane, self._clock.seconds())
        finally:
            lane.going -= 1
            self._going -= 1
            self.wake()

    def wake(self) -> None:
        """Lets calls begin for which there is room."""
        for lane in self._lanes.values():
            while lane.waiting and self._has_room(lane):
                waiting = lane.waiting.popleft()
                if not waiting.done():
                    self._take(lane)
                    waiting.set_result(None)

    async def _enter(self, lane: _Lane) -> None:
        if not lane.waiting and self._has_room(lane):
            self._take(lane)
            return
        waiting = asyncio.get_running_loop().create_future()
        lane.waiting.append(waiting)
        if lane.reopening is None and lane.opens > self._clock.seconds():
            lane.reopening = asyncio.create_task(self._reopen(lane))
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():  # it had its turn already
                lane.going -= 1
                self._going -= 1
                self.wake()
            raise

    async def _reopen(self, lane: _Lane) -> None:
        while (left := lane.opens - self._clock.seconds()) > 0:
            await self._clock.sleep(left)
        lane.reopening = None
        self.wake()

    def _has_room(self, lane: _Lane) -> bool:
        among_all = self.most is None or self._going < max(1, self.most)
        open_ = lane.opens <= self._clock.seconds()
        return among_all and open_ and lane.going < lane.allowed

    def _take(self, lane: _Lane) -> None:
        lane.going += 1
        lane.begun += 1
        self._going += 1
        if lane.going >= lane.allowed:
            lane.full_at = lane.begun

    def _lane(self, model: ResolvedModel) -> _Lane:
        name = model.endpoint or model.integration.name
        lane = self._lanes.setdefault(name, _Lane(self.most or FIRST))
        lane.most = max(1, model.integration.concurrency)
        return lane


class _Lane:
    """The calls of one endpoint."""

    def __init__(self, room: int) -> None:
        self.most = 1
        self.room = float(room)
        self.going = 0
        self.begun = 0  # calls so far, and how many there were
        self.full_at = 0  # when all room was taken last
        self.opens = 0.0  # before this moment no call begins
        self.cut = 0.0  # when room was taken away last
        self.too_many: float | None = None  # how many went on when one was refused
        self.quickest: float | None = None
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.reopening: asyncio.Task[None] | None = None

    @property
    def allowed(self) -> int:
        return max(1, min(int(self.room), self.most))


class Turn:
    """A call that goes on, and tells how the endpoint took it."""

    def __init__(self, lane: _Lane, begun: float) -> None:
        self._lane = lane
        self._begun = begun
        self._number = lane.begun

    def answered(self, first_token_s: float | None) -> None:
        """The call was answered, its first token after so many seconds."""
        lane = self._lane
        if first_token_s is not None:
            if lane.quickest is None or first_token_s < lane.quickest:
                lane.quickest = first_token_s
            if first_token_s > _SLOWER * lane.quickest + _SLACK_S:
                return
        # Room that was not used while the call went on is not known to be there. It need not be
        # used now: answers that come together come faster than what follows them is begun.
        if lane.full_at < self._number or lane.allowed >= lane.most:
            return
        if lane.too_many is None:
            lane.room += 1
        else:
            near = lane.room + 1 >= lane.too_many
            lane.room += _CAREFUL / lane.room if near else max(1 / lane.room, _FASTER)

    def refused(self, now: float, wait_s: float | None) -> None:
        """The endpoint has had too many calls, and wants none before so many seconds."""
        lane = self._lane
        if wait_s is not None:
            lane.opens = max(lane.opens, now + wait_s)
        if self._begun >= lane.cut:  # the first of those that went on together
            lane.room = min(lane.room, lane.going) * _FEWER
            lane.cut = now
        lane.room = max(1.0, lane.room - 1)
        lane.too_many = lane.room / _FEWER
