"""What a check asks of others: a model that judges, a program, a service.

A check that asks is a generator: it yields a request and is sent the Reply. Whoever drives it has
the request carried out, or throws CannotJudgeError into it. So nothing here waits for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from fourfold.errors import FourfoldError
from fourfold.evals.missing import MISSING

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


class CannotJudgeError(FourfoldError):
    """Why one assertion could not be judged, which says nothing of the response: a part of a
    sentence, without its full stop. Asking may have cost something all the same."""

    def __init__(self, message: str, cost_usd: float | None = None) -> None:
        super().__init__(message)
        self.cost_usd = cost_usd


class ProgramFailedError(Exception):
    """Why a program gave no value, as a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A model as a tests file names it. Without a `name` it is the one that the folder asks.

    `endpoint` is the address that the file wants it to be asked at; `parameters` have neutral
    names.
    """

    name: str | None = None
    endpoint: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskJudge:
    """Messages for a judge. The reply is what `read` makes of its text, which raises
    CannotJudgeError for nonsense.

    What is a `verdict` is asked twice at times, to see whether the judge agrees with itself.
    """

    judge: Judge
    messages: Sequence[Mapping[str, str]]
    read: Callable[[str], Any]
    verdict: bool = True


@dataclass(frozen=True, slots=True)
class Embed:
    """Texts whose embeddings are asked for. The reply is what `read` makes of them, a list of
    numbers for each; that is a list of numbers too, and raises CannotJudgeError."""

    judge: Judge
    texts: tuple[str, ...]
    read: Callable[[Sequence[Sequence[float]]], list[float]]


@dataclass(frozen=True, slots=True)
class CallProgram:
    """A function of `output` and `context`; the reply is what it returns, as JSON has it.

    `source` is the program's text, and `path` its file, None where it stands in the tests file.
    Where it gives no value ProgramFailedError is thrown.
    """

    language: Literal["python", "javascript"]
    source: str
    path: Path | None
    function: str
    output: Any
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """A body, JSON, for an address; the reply is the JSON that comes back."""

    url: str
    body: Mapping[str, Any]


Request: TypeAlias = AskJudge | Embed | CallProgram | Post


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `again` where it was asked twice. `cost_usd` is what that has cost, now or
    when it was asked; None where no price is known."""

    value: Any
    again: Any = MISSING
    cost_usd: float | None = None


Asking: TypeAlias = Generator[Request, Reply, T]
"""What may ask on its way to a T."""


def without_asking(asking: Asking[T]) -> T:
    """The T where nobody can be asked."""
    try:
        next(asking)
        while True:
            asking.throw(CannotJudgeError("nobody is there to be asked"))
    except StopIteration as ended:
        result: T = ended.value
        return result


def adding_up(asking: Asking[T], costs: list[float]) -> Asking[T]:
    """The same, with what each reply has cost put into `costs`."""
    try:
        request = next(asking)
        while True:
            try:
                reply = yield request
            except (CannotJudgeError, ProgramFailedError) as error:
                costs += _cost(error)
                request = asking.throw(error)
            else:
                costs += _cost(reply)
                request = asking.send(reply)
    except StopIteration as ended:
        result: T = ended.value
        return result


def _cost(of: object) -> list[float]:
    cost = getattr(of, "cost_usd", None)
    return [] if cost is None else [cost]
