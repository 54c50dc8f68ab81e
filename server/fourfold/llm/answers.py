"""What the endpoint's answer means, piece by piece."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fourfold.llm.integration import Usage
from fourfold.llm.sse import UnreadableStreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MAX_ERROR_BODY = 1024 * 1024
EMPTY = "sent an empty answer: run it again, or check the address."


class BadAnswerError(Exception):
    """An answer that is not a stream of chat completions; `text` ends the sentence about it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class ErrorInStreamError(Exception):
    """An error object, `body`, in place of the next piece of text."""

    def __init__(self, body: Any) -> None:
        super().__init__("error in stream")
        self.body = body


async def expect_stream(content_type: str, content: AsyncIterator[bytes]) -> None:
    """Raise what an answer stands for that says itself that it is no stream."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise BadAnswerError(
            "answered with a web page: check the endpoint's address, which often ends in /v1."
        )
    if kind != "application/json":
        return
    body = b""
    async for chunk in content:
        body += chunk
        if len(body) > MAX_ERROR_BODY:
            break
    if not body:
        raise BadAnswerError(EMPTY)
    try:
        decoded = json.loads(body)
    except ValueError:
        raise UnreadableStreamError from None
    if isinstance(decoded, dict) and decoded.get("error"):
        raise ErrorInStreamError(decoded)
    raise BadAnswerError("does not stream its answers: choose an endpoint that does.")


def decode(data: str) -> dict[str, Any]:
    """The chunk in an event's data; an error object is raised."""
    try:
        chunk = json.loads(data)
    except ValueError:
        raise UnreadableStreamError from None
    if not isinstance(chunk, dict):
        raise UnreadableStreamError
    if chunk.get("error") or ("choices" not in chunk and chunk.get("message")):
        raise ErrorInStreamError(chunk)
    return chunk


def usage_of(chunk: dict[str, Any]) -> Usage | None:
    """The token counts in a chunk, None if it has none."""
    usage = chunk.get("usage")
    if not isinstance(usage, dict):
        return None
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    return Usage(*(count if isinstance(count, int) else None for count in counts))


def first_choice(chunk: dict[str, Any]) -> tuple[str, str | None]:
    """The first choice's text and finish reason; tool calls and refusals have no text."""
    for choice in chunk.get("choices") or ():
        if isinstance(choice, dict) and choice.get("index", 0) == 0:
            delta = choice.get("delta")
            content = delta.get("content") if isinstance(delta, dict) else None
            return content if isinstance(content, str) else "", choice.get("finish_reason")
    return "", None
