"""What a run is asked to do, and what the runner needs from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from fourfold.errors import FourfoldError
    from fourfold.llm.integration import ResolvedModel
    from fourfold.store.records import Run

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One response to be had: rendered messages for a model, and the text that they belong to, by
    its `hash` and the number that the step gives it, if any. What is `named` by that number is
    refused where it is gone by now; else that text is run, whatever others have saved meanwhile.
    `used_examples` are the inputs that have the prompt's example, since nobody gave them a value.

    `fresh` asks the model even where an identical request has been answered before, which that of
    `others` is too where they count. `recipe` names
    what the request was made of, where its response counts for the workflow. `accept` processes
    the whole response, in a thread: its FourfoldError makes the run a failed one; `rule` names what
    it asks of a response, so that only one that was taken by the same rule is used again. `id` is
    the run's, where it was promised to somebody before. `origin` are the messages that were asked
    first, where these ask once more for what they asked for: the response answers them as well.
    `tries` are the runs before, whose responses did not fit. `again` gives the request that follows
    a run that has failed, if there is to be one.
    """

    step: str
    version: int | None
    model: ResolvedModel
    messages: Sequence[Mapping[str, str]]
    hash: str = ""
    named: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    used_examples: Sequence[str] = ()
    test: str | None = None
    repeat: int = 1
    fresh: bool = False
    others: bool = False
    recipe: str = ""
    rule: str = ""
    accept: Callable[[str], Any] | None = None
    id: str | None = None
    origin: Sequence[Mapping[str, str]] | None = None
    tries: tuple[Run, ...] = ()
    again: Callable[[Run, FourfoldError], RunRequest | None] | None = None


class InStore(Protocol):
    """Calls `function` where the store may be used, away from the event loop."""

    def __call__(self, function: Callable[..., T], *arguments: Any) -> Awaitable[T]: ...


class Price(Protocol):
    """US dollars that a call cost; None where no price is known."""

    def __call__(
        self, model: ResolvedModel, input_tokens: int | None, output_tokens: int | None
    ) -> float | None: ...
