"""The models that the user has in the editor, Copilot's say: `editor/VENDOR/ID`. The editor asks
them, with whatever it knows of its user, so that no key is wanted."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

from fourfold.llm.integration import Delta, ModelError, Sent, Usage
from fourfold.llm.parameters import to_api
from fourfold.lsp.labels import label

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fourfold.errors import ErrorKind
    from fourfold.llm.integration import ChatRequest, StreamEvent
    from fourfold.lsp.client import Client

NAME = "editor"
CONCURRENCY = 4

FIRST_SECONDS = 300.0
"""How long the first words may take: the editor may ask its user first."""

_KINDS: dict[str, ErrorKind] = {
    "forbidden": "forbidden",
    "not_found": "not_found",
    "rate_limited": "rate_limited",
}
_NO_SYSTEM = "Models of the editor take no system message, so it goes as the user's."


class EditorModels:
    """The integration of the registry; `take` brings it what the editor tells of its answers."""

    name = NAME
    concurrency = CONCURRENCY

    def __init__(self, client: Client, idle_timeout: float) -> None:
        self._client = client
        self._idle_timeout = idle_timeout
        self._answers: dict[str, asyncio.Queue[str | None]] = {}

    def take(self, call: object, text: object) -> None:
        """A piece of the answer to a call; one that nobody waits for is passed over."""
        if isinstance(call, str) and isinstance(text, str) and text and call in self._answers:
            self._answers[call].put_nowait(text)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`."""
        parameters = to_api(request.parameters, openai=False)
        has_system = any(one["role"] not in ("user", "assistant") for one in request.messages)
        yield Sent(parameters, (_NO_SYSTEM,) if has_system else ())
        call = secrets.token_hex(8)
        pieces = self._answers[call] = asyncio.Queue[str | None]()
        asked = asyncio.ensure_future(
            self._client.ask_model(
                {
                    "call": call,
                    "model": request.model,
                    "messages": list(request.messages),
                    "parameters": parameters,
                }
            )
        )
        asked.add_done_callback(lambda _: pieces.put_nowait(None))
        patience = FIRST_SECONDS
        try:
            while (text := await self._next(pieces, patience)) is not None:
                patience = self._idle_timeout
                yield Delta(text)
            answer = asked.result()
        finally:
            del self._answers[call]
            if not asked.done():
                asked.cancel()
                self._client.cancel_model(call)
        if error := _problem(answer):
            raise error
        counts = [answer.get(name) for name in ("inputTokens", "outputTokens")]
        yield Usage(*(count if type(count) is int and count >= 0 else None for count in counts))

    async def _next(self, pieces: asyncio.Queue[str | None], seconds: float) -> str | None:
        try:
            async with asyncio.timeout(seconds):
                return await pieces.get()
        except TimeoutError:
            raise ModelError(
                f"The editor's model sent nothing for {seconds:g} s, so the run was stopped: run it"
                " again, or choose a faster model.",
                "timed_out",
            ) from None

    async def warm_up(self) -> None:
        """Nothing: the editor does that."""

    async def close(self) -> None:
        """Nothing: what goes on is cancelled with its run."""


def _problem(answer: dict[str, Any]) -> ModelError | None:
    """Why there is no whole answer; None where there is."""
    error = answer.get("error")
    if error is None:
        return None
    kind = _KINDS.get(str(answer.get("kind")), "server_error")
    said = label(error).rstrip(".") if isinstance(error, str) else "it said nothing"
    return ModelError(f"The editor's model gave no answer: {said}; choose another one.", kind)
