"""An integration that a workspace file chose: nothing is sent before the user agrees."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from fourfold.llm.consent import EndpointConsents
    from fourfold.llm.integration import ChatRequest, Embeddings, StreamEvent
    from fourfold.llm.openai_compatible import OpenAICompatibleIntegration
    from fourfold.user.consent import AskUser


class ConsentedIntegration:
    """Calls `integration` at `endpoint` once the user agrees to that endpoint.

    The question waits for the call, so that starting a run never waits for an answer.
    """

    def __init__(
        self,
        integration: OpenAICompatibleIntegration,
        endpoint: str,
        consents: EndpointConsents,
        ask: AskUser | None,
    ) -> None:
        self.name = integration.name
        self.concurrency = integration.concurrency
        self._integration = integration
        self._endpoint = endpoint
        self._consents = consents
        self._ask = ask

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`; without consent a ModelError, and nothing is sent."""
        await self._consents.require(self._endpoint, self._ask)
        async with aclosing(self._integration.stream(request)) as items:
            async for item in items:
                yield item

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """See `Embeds.embed`; without consent a ModelError, and nothing is sent."""
        await self._consents.require(self._endpoint, self._ask)
        return await self._integration.embed(model, texts)

    async def warm_up(self) -> None:
        """Nothing: a connection would tell the endpoint of this machine."""

    async def close(self) -> None:
        """Nothing: the registry closes what it has built."""
