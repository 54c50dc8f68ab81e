"""Goes on asking a service that cannot be reached for now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from fourfold.llm.batches.wire import TEMPORARY
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from fourfold.runs.clock import Clock

T = TypeVar("T")

_FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


class Patience:
    """Waits longer and longer, and says why once, until it goes well again."""

    def __init__(self, clock: Clock, note: Callable[[str], None]) -> None:
        self._clock = clock
        self._note = note
        self._pause = _FIRST_PAUSE_S
        self._told = ""

    async def until_it_goes(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What comes of asking; what cannot get better by itself is raised."""
        while True:
            try:
                found = await ask()
            except ModelError as error:
                await self.bear(error)
            else:
                self.is_over()
                return found

    async def bear(self, error: ModelError) -> None:
        """Waits after something that may go well later; else raises it."""
        if error.kind not in TEMPORARY:
            raise error
        if str(error) != self._told:
            self._told = str(error)
            self._note(f"{error} It is asked again until it can be; Ctrl-C leaves all as it is.")
        await self._clock.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE_S)

    def is_over(self) -> None:
        self._pause, self._told = _FIRST_PAUSE_S, ""


async def to_its_end(work: Coroutine[Any, Any, T], *, unless: Callable[[], bool]) -> T:
    """What comes of `work`. A caller that is cancelled meanwhile waits for it all the same, unless
    it may be broken off at that moment."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if unless():
            task.cancel()
        await asyncio.wait((task,))
        raise
