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


class Room:
    """As many calls as the endpoints of `models` take, and a few that wait; `most_answers` is how
    many answers may be asked for or graded at once."""

    def __init__(self, runner: Runner, models: Iterable[ResolvedModel]) -> None:
        self._runner = runner
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
        while True:
            now = sum(map(self._runner.at_once_now, self._endpoints))
            if self._calling < now + now // _AHEAD:
                break
            self._freed.clear()
            await self._freed.wait()
        self._calling += 1

    def give(self) -> None:
        """A call has ended, or was not begun."""
        self._calling -= 1
        self._freed.set()
