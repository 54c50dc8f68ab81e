"""Anthropic's message batches: its own format of messages, which has no files to be left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from fourfold.llm.batches.completion import completion
from fourfold.llm.batches.service import MEGABYTE, BatchLimits, BatchStatus, Brackets, Outcome
from fourfold.llm.batches.wire import named_line, pieces, read_pieces
from fourfold.llm.integration import ModelError, Sent
from fourfold.llm.parameters import layered

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from fourfold.llm.batches.service import BatchFile, Submission
    from fourfold.llm.batches.wire import Wire
    from fourfold.user.secret import Secret

VERSION = "2023-06-01"
USUAL_TOKENS = 8192
"""How long a response may get where nobody says: Anthropic wants a limit."""

_SAME = ("temperature", "top_p", "top_k")
_UNKNOWN = ("frequency_penalty", "presence_penalty", "seed")
_OWN = frozenset({"model", "messages", "system", "stream", "n"})
_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
}
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "overloaded_error": 529,
    "timeout_error": 504,
}
_TOO_MANY, _OUR_FAULT, _THEIR_FAULT = 429, 400, 500
_SLACK_S = 300  # by which clocks may differ
_MOST_PAGES = 100


def sign(key: Secret | None) -> Mapping[str, str]:
    """The headers that Anthropic wants."""
    version = {"anthropic-version": VERSION}
    return version if key is None else {**version, "x-api-key": key.reveal()}


class AnthropicBatches:
    """See `BatchService`; `options` count where a request is silent."""

    limits = BatchLimits(100_000, 256 * MEGABYTE)
    brackets = Brackets(b'{"requests":[', b",\n", b"]}")

    def __init__(self, wire: Wire, model: str, options: Mapping[str, Any]) -> None:
        self.host = wire.endpoint.host
        self._wire = wire
        self._model = model
        self._options = options

    def sent(self, parameters: Mapping[str, Any]) -> Sent:
        """See `BatchService.sent`."""
        asked = layered(self._options, parameters)
        more = asked.get("additional") or {}
        body = {name: value for name, value in more.items() if name not in _OWN}
        body |= {name: asked[name] for name in _SAME if asked.get(name) is not None}
        if asked.get("stop"):
            stop = asked["stop"]
            body["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
        changes = [
            f"{name} was left out, since {self._model} does not take it."
            for name in _UNKNOWN
            if asked.get(name) is not None
        ]
        if asked.get("max_output_tokens") is not None:
            body["max_tokens"] = asked["max_output_tokens"]
        elif "max_tokens" not in body:
            body["max_tokens"] = USUAL_TOKENS
            changes.append(f"max_tokens was set to {USUAL_TOKENS:,}, since a limit has to be.")
        return Sent(body, tuple(changes))

    def line(
        self, name: str, messages: Sequence[Mapping[str, str]], parameters: Mapping[str, Any]
    ) -> bytes:
        """See `BatchService.line`."""
        system = [one["content"] for one in messages if one["role"] in ("system", "developer")]
        spoken = [
            {"role": one["role"], "content": one["content"]}
            for one in messages
            if one["role"] not in ("system", "developer")
        ]
        params: dict[str, Any] = {
            **self.sent(parameters).parameters,
            "model": self._model,
            "messages": spoken,
        }
        if system:
            params["system"] = "\n\n".join(system)
        return msgspec.json.encode({"custom_id": name, "params": params}, enc_hook=str)

    async def submit(self, file: BatchFile, uploaded: Callable[[str], Awaitable[None]]) -> str:
        """See `BatchService.submit`."""
        await uploaded("")
        made = await self._wire.json(
            "POST",
            "messages/batches",
            content=pieces(read_pieces(file.content)),
            headers={"content-type": "application/json", "content-length": str(file.size)},
        )
        return self._wire.name(made.get("id"))

    async def find(self, submission: Submission) -> str | None:
        """See `BatchService.find`. A batch has no place for a name, so that one of that time with
        as many requests may be it: whose it is shows when its answers are read."""
        if submission.file is None:
            return None
        first = submission.since.timestamp() - _SLACK_S
        after = ""
        for _ in range(_MOST_PAGES):
            page = await self._wire.json("GET", f"messages/batches?limit=100{after}")
            listed = page.get("data")
            batches = [one for one in listed or () if isinstance(one, dict)]
            for one in batches:
                if _moment(one.get("created_at")) < first:
                    return None
                counts = one.get("request_counts")
                total = sum(map(_number, counts.values())) if isinstance(counts, dict) else 0
                if total == submission.lines and one.get("id") not in submission.excluded:
                    return self._wire.name(one.get("id"))
            if not page.get("has_more") or not batches:
                return None
            after = f"&after_id={self._wire.name(batches[-1].get('id'))}"
        return None

    async def look(self, batch: str) -> BatchStatus:
        """See `BatchService.look`."""
        found = await self._wire.json("GET", f"messages/batches/{self._wire.name(batch)}")
        counts = found.get("request_counts")
        counts = counts if isinstance(counts, dict) else {}
        done = sum(_number(count) for name, count in counts.items() if name != "processing")
        if found.get("processing_status") != "ended":
            return BatchStatus(False, done)
        cancelled = bool(found.get("cancel_initiated_at"))
        return BatchStatus(True, done, [self._wire.name(batch)], cancelled=cancelled)

    def results(self, result: str, requests: int) -> AsyncGenerator[bytes, None]:
        """See `BatchService.results`. Their address is known: one that an answer names would get
        the key."""
        return self._wire.lines(f"messages/batches/{self._wire.name(result)}/results", requests)

    def read(self, line: bytes) -> Outcome | None:
        """See `BatchService.read`."""
        if (named := named_line(line)) is None:
            return None
        name, read = named
        result = read.get("result")
        if not isinstance(result, dict):
            return None
        match result.get("type"):
            case "succeeded" if isinstance(result.get("message"), dict):
                return Outcome(name, *completion(_as_completion(result["message"]), self.host))
            case "errored":
                return self._errored(name, result.get("error"))
            case "canceled":
                said = ModelError("The batch was cancelled before this was answered.", "cancelled")
                return Outcome(name, error=said)
        said = ModelError(
            f"{self.host} did not answer it before its batch expired.", "server_error"
        )
        return Outcome(name, error=said, again=True)

    def _errored(self, name: str, error: Any) -> Outcome:
        inner = error.get("error") if isinstance(error, dict) else None
        kind = inner.get("type") if isinstance(inner, dict) else None
        code = _STATUS.get(str(kind), _THEIR_FAULT)
        again = code in (_TOO_MANY, _THEIR_FAULT) or code > _THEIR_FAULT
        failure = self._wire.failure(code, error, self._model)
        return Outcome(name, error=failure, again=again)

    async def learn(self, parameters: Mapping[str, Any], outcome: Outcome) -> bool:
        """See `BatchService.learn`: what its models take is known."""
        return False

    async def cancel(self, batch: str) -> None:
        """See `BatchService.cancel`."""
        await self._wire.json("POST", f"messages/batches/{self._wire.name(batch)}/cancel")


def _as_completion(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    blocks = [one for one in content or () if isinstance(one, dict)]
    text = "".join(str(one.get("text", "")) for one in blocks if one.get("type") == "text")
    reason = _REASONS.get(str(message.get("stop_reason")))
    said: dict[str, Any] = {"refusal": text} if reason == "refusal" else {"content": text}
    said["reasoning"] = any(one.get("type") == "thinking" for one in blocks)
    said["tool_calls"] = any(one.get("type") == "tool_use" for one in blocks)
    return {
        "choices": [{"index": 0, "message": said, "finish_reason": reason}],
        "usage": _usage(message.get("usage")),
    }


def _usage(usage: Any) -> dict[str, Any] | None:
    if not isinstance(usage, dict):
        return None
    parts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return {
        "prompt_tokens": sum(_number(usage.get(name)) for name in parts),
        "completion_tokens": _number(usage.get("output_tokens")),
    }


def _moment(text: Any) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return float("inf")


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
