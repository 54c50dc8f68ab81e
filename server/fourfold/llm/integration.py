"""What every integration offers: one request in, a stream of text out, and how it ended."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from fourfold.errors import ErrorKind

FinishReason = Literal["stop", "length", "content_filter", "tool_calls", "refusal"]
"""Why a model stopped: only after `stop` is a response whole."""


class ModelError(FourfoldError):
    """A call of a model that failed; the text says what to do next and never holds a key."""

    def __init__(self, message: str, kind: ErrorKind = "no_model") -> None:
        super().__init__(message)
        self.kind = kind


class RefusedError(ModelError):
    """The endpoint has had too many calls, and takes this one later: in `wait_s` seconds, where it
    says so."""

    def __init__(self, message: str, wait_s: float | None) -> None:
        super().__init__(message, "rate_limited")
        self.wait_s = wait_s


WAITS: ContextVar[bool] = ContextVar("waits", default=False)
"""Whether the caller waits where an endpoint refuses (RefusedError), so that nobody below does."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model.

    `messages` are `{"role": "system"|"developer"|"user"|"assistant", "content": text}`.
    `parameters` use neutral names: temperature, max_output_tokens, top_p, top_k, frequency_penalty,
    presence_penalty, seed, stop (a list), additional (a mapping sent as it is). `repeat` tells the
    same call from itself, where each is to have a response of its own.
    """

    model: str
    messages: Sequence[Mapping[str, str]]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Sent:
    """The request goes out now, with these `parameters`, as the endpoint calls them.

    `adjustments` says in sentences where they are not those that were asked for. A later one stands
    for an earlier one.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    adjustments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """The request was taken, and has taught what `sentences` say of the model, which nobody has
    been told yet."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the response's text, never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one call as the endpoint reports them; None where it does not."""

    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, slots=True)
class Finish:
    """Why the response ended, None where the endpoint does not say."""

    reason: FinishReason | None


@dataclass(frozen=True, slots=True)
class Took:
    """How long the call took where it was made, on another machine, and the person `by` whom, where
    that is another than the user."""

    first_token_ms: float | None
    duration_ms: float | None
    by: str | None


StreamEvent: TypeAlias = Sent | News | Delta | Usage | Finish | Took


class LLMIntegration(Protocol):
    """A way to call models."""

    @property
    def name(self) -> str:
        """A short name for people, `openai` say."""

    @property
    def concurrency(self) -> int:
        """How many requests it is sensible to have open at once."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """The response as it arrives: a `Sent` whenever the request goes out, `News` at most once,
        each `Delta`, and after the last at most one `Usage` and one `Finish`, also before a
        failure.

        `Delta` alone is enough for an integration that knows no more. Closing the iterator, or
        cancelling the task that reads it, closes the connection at once. Any failure is a
        ModelError, raised after what had arrived was yielded.
        """

    async def warm_up(self) -> None:
        """Do now what the first call would otherwise wait for; never fails."""

    async def close(self) -> None:
        """Give back connections and processes."""


@dataclass(frozen=True, slots=True)
class Embeddings:
    """A list of numbers for each text, and how many tokens the texts had, None where the endpoint
    does not say."""

    vectors: Sequence[Sequence[float]]
    input_tokens: int | None


@runtime_checkable
class Embeds(Protocol):
    """What an integration offers that has models for embeddings as well."""

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """The embeddings of these texts, in their order; a ModelError where there are none."""


@runtime_checkable
class HasKey(Protocol):
    """What an integration offers whose calls are counted by a key."""

    @property
    def limit_key(self) -> str:
        """The key itself, to be hashed."""


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """Where a run's request goes. `model` is the id sent, `label` what people see and runs keep.

    `endpoint` is the address the request goes to, None for the embedded model; prices need it.
    `options` is what the user's configuration has for it, where a request is silent. `batch`: its
    calls are made in a batch, and cost what they do there.
    """

    integration: LLMIntegration
    model: str
    label: str
    endpoint: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    batch: bool = False
