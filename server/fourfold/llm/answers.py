"""What the endpoint's answer means, piece by piece."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fourfold.llm.integration import Embeddings, Finish, FinishReason, Usage
from fourfold.llm.sse import UnreadableStreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.errors import ErrorKind

MAX_BODY = 1024 * 1024
"""How much is read of an answer that is no stream."""

MAX_EMBEDDINGS = 16 * MAX_BODY

EMPTY = "sent an empty answer: run it again, or check the address."
_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "refusal": "refusal",
}
# Where endpoints put what a model thinks before it answers.
_REASONING = ("reasoning_content", "reasoning")


class BadAnswerError(Exception):
    """An answer that is no text, or no stream of chat completions; `text` ends the sentence."""

    def __init__(self, text: str, kind: ErrorKind) -> None:
        super().__init__(text)
        self.text = text
        self.kind: ErrorKind = kind


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
            "answered with a web page: check the endpoint's address, which often ends in /v1.",
            "not_found",
        )
    if kind != "application/json":
        return
    decoded = await _json(content)
    if isinstance(decoded, dict) and decoded.get("error"):
        raise ErrorInStreamError(decoded)
    raise BadAnswerError(
        "does not stream its answers: choose an endpoint that does.", "bad_request"
    )


async def read_model_list(content: AsyncIterator[bytes]) -> frozenset[str]:
    """The ids in an endpoint's list of models, which Gemini writes as `models/ID`."""
    decoded = await _json(content)
    entries = decoded.get("data") if isinstance(decoded, dict) else None
    if not isinstance(entries, list):
        raise UnreadableStreamError
    names = (entry.get("id") for entry in entries if isinstance(entry, dict))
    return frozenset(name.removeprefix("models/") for name in names if isinstance(name, str))


async def read_embeddings(content: AsyncIterator[bytes], count: int) -> Embeddings:
    """The embeddings of so many texts, in the order of the texts."""
    decoded = await _json(content, MAX_EMBEDDINGS)
    entries = decoded.get("data") if isinstance(decoded, dict) else None
    if not isinstance(entries, list) or len(entries) != count:
        raise UnreadableStreamError
    found: dict[int, list[float]] = {}
    for place, entry in enumerate(entries):
        vector = entry.get("embedding") if isinstance(entry, dict) else None
        if not isinstance(vector, list) or not vector or not all(map(_is_number, vector)):
            raise UnreadableStreamError
        found[entry.get("index", place)] = vector
    if sorted(found, key=str) != sorted(range(count), key=str):
        raise UnreadableStreamError
    usage = _usage(decoded.get("usage"))
    return Embeddings(
        [found[place] for place in range(count)], usage.input_tokens if usage else None
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


async def _json(content: AsyncIterator[bytes], most: int = MAX_BODY) -> Any:
    body = b""
    async for chunk in content:
        body += chunk
        if len(body) > most:
            break
    if not body:
        raise BadAnswerError(EMPTY, "server_error")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableStreamError from None


def decode(data: str) -> dict[str, Any]:
    """The chunk in an event's data; an error object is raised."""
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError):
        raise UnreadableStreamError from None
    if not isinstance(chunk, dict):
        raise UnreadableStreamError
    if chunk.get("error") or ("choices" not in chunk and chunk.get("message")):
        raise ErrorInStreamError(chunk)
    return chunk


class Answer:
    """What the chunks of one answer come to: its first choice, and the token counts."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.begun = False
        """Whether any event came."""
        self.done = False
        """Whether the final [DONE] came."""
        self._finish: str | None = None
        self._text = self._reasoning = self._tools = self._refusal = False

    def take(self, chunk: dict[str, Any]) -> str:
        """The text in a chunk, "" where it has none."""
        if chunk.get("usage"):
            self.usage = _usage(chunk["usage"])
        for choice in chunk.get("choices") or ():
            if isinstance(choice, dict) and choice.get("index", 0) == 0:
                self._finish = choice.get("finish_reason") or self._finish
                delta = choice.get("delta")
                return self._take_delta(delta) if isinstance(delta, dict) else ""
        return ""

    def _take_delta(self, delta: dict[str, Any]) -> str:
        text = delta.get("content")
        if isinstance(text, str) and text:
            self._text = True
            return text
        refusal = delta.get("refusal")
        if isinstance(refusal, str) and refusal:
            # What the model says instead is all that there is to be seen of its answer.
            self._refusal = True
            return refusal
        self._tools = self._tools or bool(delta.get("tool_calls") or delta.get("function_call"))
        self._reasoning = self._reasoning or any(delta.get(name) for name in _REASONING)
        return ""

    @property
    def finish(self) -> Finish:
        """Why the answer ended."""
        if self._refusal:
            return Finish("refusal")
        reason = _REASONS.get(str(self._finish))
        return Finish("tool_calls" if self._tools and not self._text else reason)

    def problem(self) -> BadAnswerError | None:
        """What is wrong with an answer that has ended, None where it is a text."""
        if not self.begun:
            return BadAnswerError(EMPTY, "server_error")
        match self.finish.reason:
            case "content_filter":
                text = "held the response back in its content filter: change the prompt."
            case "refusal":
                text = "refused to answer: change the prompt."
            case "tool_calls":
                text = "called a tool instead of answering: take the tools out of the prompt."
            case "length" if not self._text:
                text = (
                    "used up its limit of tokens before it began to answer: raise maxOutputTokens"
                    " in the prompt's options."
                )
            case None if not self.done and self._finish is None:
                return BadAnswerError(
                    "ended in the middle of the response: run it again.", "server_error"
                )
            case _ if self._reasoning and not self._text:
                text = "only thought and gave no answer: run it again, or change the prompt."
            case _:
                return None
        return BadAnswerError(text, "misfit")


def _usage(usage: Any) -> Usage | None:
    """The token counts that an endpoint reports."""
    if not isinstance(usage, dict):
        return None
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    return Usage(*(count if isinstance(count, int) else None for count in counts))
