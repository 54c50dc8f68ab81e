"""Calling a model in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import ChatRequest, Delta, Usage
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from fourfold.llm.integration import LLMIntegration

KEY = "sk-test-0123456789abcdef"


def ask(text: str = "Hi", **parameters: Any) -> ChatRequest:
    return ChatRequest("scripted", [{"role": "user", "content": text}], parameters)


def integration(url: str, *, key: str | None = KEY, idle: float = 5.0) -> LLMIntegration:
    endpoint = Endpoint(url, Secret(key) if key else None, "THE_KEY" if key else None)
    return OpenAICompatibleIntegration("test", EndpointClient(endpoint, idle_timeout=idle))


async def read(
    source: LLMIntegration, request: ChatRequest | None = None
) -> tuple[str, Usage | None]:
    """The whole response's text and its usage."""
    text, usage = "", None
    async for item in source.stream(request or ask()):
        if isinstance(item, Delta):
            text += item.text
        elif isinstance(item, Usage):
            usage = item
    return text, usage
