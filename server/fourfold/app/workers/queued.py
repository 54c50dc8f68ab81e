"""A model that workers ask."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.llm.integration import Delta, Finish, ModelError, Sent, Took, Usage
from fourfold.store.facts import Call
from fourfold.team.calls import CallBody, written
from fourfold.team.lines import Message
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fourfold.app.workers.desk import Desk
    from fourfold.llm.integration import ChatRequest, ResolvedModel, StreamEvent

_MOST_WAITING = 1024
"""How many calls of one process wait for workers at most, or are with them."""

_LOST = "It may have been paid more than once: a worker that had it before was lost."


def through(desk: Desk, model: ResolvedModel) -> ResolvedModel:
    """The model as workers have it, by its name; FourfoldError where it has none for others."""
    if " @ " in model.label:
        raise FourfoldError(
            f"{model.label} is at an address that the prompt names, which workers do not ask: name "
            "a model that they have, as in --models NAME."
        )
    return replace(model, integration=QueuedIntegration(desk, model.label))


class QueuedIntegration:
    """Puts calls into the queue; they come back whole."""

    concurrency = _MOST_WAITING

    def __init__(self, desk: Desk, label: str) -> None:
        self.name = label
        self._desk = desk

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`."""
        messages = [Message(one["role"], one["content"]) for one in request.messages]
        body = written(CallBody(messages, dict(request.parameters)))
        name = content_hash(json.dumps([self.name, request.repeat, body]))
        answer, by, lost = await self._desk.ask(Call(name, self.name, body))
        yield Sent(answer.parameters, (*answer.adjustments, *([_LOST] if lost else [])))
        other = None if by == self._desk.person else by
        yield Took(answer.first_token_ms, answer.duration_ms, other)
        if answer.response:
            yield Delta(answer.response)
        yield Usage(answer.input_tokens, answer.output_tokens)
        yield Finish(answer.finish_reason)
        if answer.error is not None:
            raise ModelError(answer.error, answer.error_kind or "server_error")

    async def warm_up(self) -> None:
        """Nothing: workers do."""

    async def close(self) -> None:
        """Nothing: the desk is closed by who opened it."""
