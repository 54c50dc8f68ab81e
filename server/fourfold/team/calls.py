"""A call of a model as it goes to a worker, and what comes back."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from fourfold.errors import ErrorKind
from fourfold.store.records import FinishReason
from fourfold.team.lines import LineError, Message

T = TypeVar("T")


class CallBody(Struct):
    """What a model is to be sent, under neutral names."""

    messages: list[Message]
    parameters: dict[str, Any] = field(default_factory=dict)


class CallAnswer(Struct):
    """What came of it: how it was sent, what arrived, how it ended and how long it took."""

    response: str = ""
    error: str | None = None
    error_kind: ErrorKind | None = None
    finish_reason: FinishReason | None = None
    first_token_ms: float | None = None
    duration_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    adjustments: list[str] = field(default_factory=list)


_body = msgspec.json.Decoder(CallBody)
_answer = msgspec.json.Decoder(CallAnswer)


def written(what: CallBody | CallAnswer) -> str:
    return msgspec.json.encode(what, enc_hook=str).decode()


def read_body(text: str) -> CallBody:
    """Raises LineError where it is none."""
    return _read(_body, text, "is no call")


def read_answer(text: str) -> CallAnswer:
    """Raises LineError where it is none."""
    return _read(_answer, text, "is no answer to a call")


def _read(decoder: msgspec.json.Decoder[T], text: str, otherwise: str) -> T:
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise LineError(otherwise) from error
