"""What every batch service offers: a file of requests in, and later a file of answers out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from fourfold.llm.integration import ModelError, Sent, StreamEvent

MEGABYTE = 1_000_000

BatchFormat = Literal["openai", "anthropic"]
"""The services that there are."""


class BatchLimits(NamedTuple):
    """What one batch may have at most; `size` in bytes, with what stands around the lines."""

    requests: int
    size: int


class Brackets(NamedTuple):
    """What stands before, between and after the lines of a file."""

    opening: bytes
    between: bytes
    closing: bytes


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of requests that is ready: `content` is read from its beginning. `key` is a name for
    it that nobody else has, by which a batch is found whose submission nobody saw the end of."""

    key: str
    content: IO[bytes]
    size: int


@dataclass(frozen=True, slots=True)
class Submission:
    """What is known of a batch that was to be submitted at `since`: `file` is the service's name
    for what was uploaded, where that is a step of its own; `lines` is how many requests it has.
    `excluded` are batches that are known to be others."""

    key: str
    file: str | None
    lines: int
    since: datetime
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How a batch stands. `results` are the service's names of the files with answers, once it has
    `ended`, however that was. `refused` says why the service has not taken it at all, `again` that
    it may do so later; `cancelled` that somebody has ended it."""

    ended: bool
    done: int = 0
    results: Sequence[str] = ()
    refused: str | None = None
    again: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one request, known by its `name`: `events` as of a stream, and the `error` that
    ends it. `again`: asked again it may go well. `refusal` is what the service said of a request
    that it does not take as it is."""

    name: str
    events: tuple[StreamEvent, ...] = ()
    error: ModelError | None = None
    again: bool = False
    refusal: Any = None


class BatchService(Protocol):
    """The batches of one model. Whatever fails is a ModelError."""

    host: str
    limits: BatchLimits
    brackets: Brackets

    def sent(self, parameters: Mapping[str, Any]) -> Sent:
        """How a request with these parameters, under neutral names, is put."""

    def line(
        self, name: str, messages: Sequence[Mapping[str, str]], parameters: Mapping[str, Any]
    ) -> bytes:
        """The request called `name`, 32 hexadecimal digits, as it stands in the file."""

    async def submit(self, file: BatchFile, uploaded: Callable[[str], Awaitable[None]]) -> str:
        """Leaves a file, and gives the service's name of the batch. `uploaded` is told of what
        comes before the step that costs. Nothing is tried twice in it."""

    async def find(self, submission: Submission) -> str | None:
        """The batch that came of a submission; None where none did."""

    async def look(self, batch: str) -> BatchStatus:
        """How a batch stands."""

    def results(self, result: str, requests: int) -> AsyncGenerator[bytes, None]:
        """The lines of one of the `results` of a batch with so many requests, in no order."""

    def read(self, line: bytes) -> Outcome | None:
        """What a line of them says; None where it is no such line."""

    async def learn(self, parameters: Mapping[str, Any], outcome: Outcome) -> bool:
        """Takes in why a request was refused; whether it is put another way from now on."""

    async def cancel(self, batch: str) -> None:
        """Ends a batch; what was answered by then stays, and costs."""


@runtime_checkable
class OffersBatches(Protocol):
    """What an integration offers whose endpoint has a batch service."""

    def batches(self, model: str) -> BatchService:
        """The batches of a model, by its id."""
