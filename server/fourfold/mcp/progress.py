"""How far a call is, told while it goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.session import ServerSession

T = TypeVar("T")

_EVERY_S = 0.25


class Progress:
    """The progress of one call, for a client that has asked for it."""

    def __init__(self, session: ServerSession) -> None:
        self._session = session
        self._told = 0.0

    async def follow(
        self, work: asyncio.Future[T], so_far: Callable[[], tuple[float, float | None, str]]
    ) -> T:
        """What the work comes to. `so_far` gives how much is done, of how much, and a sentence.

        A caller that is cancelled meanwhile cancels the work, and waits for its end.
        """
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=_EVERY_S)
                await self._tell(*so_far())
        except BaseException:
            work.cancel()
            await asyncio.wait({work})
            raise
        return work.result()

    async def _tell(self, done: float, total: float | None, sentence: str) -> None:
        if done > self._told:  # as MCP asks for: it only grows
            self._told = done
            await self._session.report_progress(done, total, sentence)
