"""How many calls and answers of a matrix go on at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.runner import Runner

_GRADED_AT_ONCE = 8
_AHEAD = 4  # one call waits for as many that go on
# Where an answer may be the last one that is needed: so many calls, or one for as many that ended.
_SPARING, _ENDED = 16, 4


class Room:
    """As many calls as the endpoints of `models` take, and a few that wait, but fewer where one is
    `sparing` with them, since none can be taken back; `most_answers` is how many answers may be
    asked for or graded at once."""

    def __init__(self, runner: Runner, models: Iterable[ResolvedModel], *, sparing: bool) -> None:
        self._runner = runner
        self._sparing = sparing
        self._ended = 0
        self._endpoints = list(
            {model.endpoint or model.integration.name: model for model in models}.values()
        )
        self._calling = 0
        self._freed = asyncio.Event()
        at_once = sum(map(runner.most_at_once, self._endpoints))
        self.most_answers = max(_GRADED_AT_ONCE, 2 * at_once)

    async def take(self) -> None:
        """Waits until a call may soon begin. One that waits for its turn cannot be taken back, so
        that there are just enough of them for an endpoint never to be idle."""
        while self._calling >= self._most_now():
            self._freed.clear()
            await self._freed.wait()
        self._calling += 1

    def _most_now(self) -> int:
        now = sum(map(self._runner.at_once_now, self._endpoints))
        most = now + now // _AHEAD
        return min(most, max(_SPARING, self._ended // _ENDED)) if self._sparing else most

    def give(self) -> None:
        """A call has ended, or was not begun."""
        self._calling -= 1
        self._ended += 1
        self._freed.set()
