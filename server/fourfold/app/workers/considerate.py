"""Rate limits that all workers of a team share, by endpoint and key."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from fourfold.llm.integration import RefusedError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from fourfold.llm.integration import ChatRequest, LLMIntegration, StreamEvent

_USUAL_PAUSE_S = 1.0


class Pauses:
    """Until when which endpoints want no calls, as far as this process knows."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def learn(self, left: Mapping[str, float]) -> None:
        now = time.monotonic()
        for name, seconds in left.items():
            self._until[name] = max(self._until.get(name, 0.0), now + seconds)

    async def over(self, name: str) -> None:
        """Returns when it wants some again; it may say meanwhile that this takes longer."""
        while (left := self._left(name)) > 0:  # noqa: ASYNC110 - a moment, no event
            await asyncio.sleep(left)

    def _left(self, name: str) -> float:
        return self._until.get(name, 0.0) - time.monotonic()


class ConsiderateIntegration:
    """Asks `integration` when no worker was refused lately, and tells the others of a refusal."""

    def __init__(
        self,
        integration: LLMIntegration,
        name: str,
        pauses: Pauses,
        on_refused: Callable[[str, float], None],
    ) -> None:
        self.name = integration.name
        self.concurrency = integration.concurrency
        self._integration = integration
        self._name = name
        self._pauses = pauses
        self._on_refused = on_refused

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`."""
        await self._pauses.over(self._name)
        try:
            async with aclosing(self._integration.stream(request)) as events:
                async for event in events:
                    yield event
        except RefusedError as error:
            seconds = _USUAL_PAUSE_S if error.wait_s is None else error.wait_s
            self._pauses.learn({self._name: seconds})
            self._on_refused(self._name, seconds)
            raise

    async def warm_up(self) -> None:
        await self._integration.warm_up()

    async def close(self) -> None:
        """Nothing: the registry closes what it has built."""
