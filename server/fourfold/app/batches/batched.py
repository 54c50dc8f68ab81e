"""A model whose calls were made in a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.batches.names import name_of
from fourfold.llm.integration import ModelError, Took

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fourfold.app.batches.lane import Lane
    from fourfold.llm.integration import ChatRequest, ResolvedModel, StreamEvent


class BatchedIntegration:
    """Gives what a lane has collected; nothing is asked any more."""

    concurrency = 64

    def __init__(self, model: ResolvedModel, lane: Lane) -> None:
        self.name = model.label
        self.lane = lane
        self._model = model

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`."""
        name = name_of(self._model, request)
        line = self.lane.answer(name)
        yield self.lane.service.sent(request.parameters)
        # How long it took nobody has measured.
        yield Took(None, None, self.lane.author(name))
        if isinstance(line, ModelError):
            raise line
        outcome = self.lane.service.read(line)
        if outcome is None:  # it was one when it was collected
            raise ModelError("Its answer could not be read again: test again.", "own")
        for event in outcome.events:
            yield event
        if outcome.error is not None:
            raise outcome.error

    async def warm_up(self) -> None:
        """Nothing: who collects has done it."""

    async def close(self) -> None:
        """Nothing: the desk closes what it has opened."""
