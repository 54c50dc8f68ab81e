"""A whole response at once, for what does not watch it arrive."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.llm.integration import Delta, ModelError, Usage

if TYPE_CHECKING:
    from fourfold.llm.integration import ChatRequest, LLMIntegration


@dataclass(slots=True)
class Heard:
    """What came of one call. `usage` is there as soon as it is known, also of a call that fails."""

    text: str = ""
    usage: Usage | None = None


async def hear(
    integration: LLMIntegration, request: ChatRequest, heard: Heard, *, most: int
) -> None:
    """Asks, and puts into `heard` what comes; a ModelError also where that is longer than `most`
    characters."""
    pieces: list[str] = []
    room = most
    async with aclosing(integration.stream(request)) as events:
        async for event in events:
            if isinstance(event, Delta):
                pieces.append(event.text)
                room -= len(event.text)
                if room < 0:
                    raise ModelError(
                        f"{request.model} said more than {most:,} characters.", "misfit"
                    )
            elif isinstance(event, Usage):
                heard.usage = event
    heard.text = "".join(pieces)
