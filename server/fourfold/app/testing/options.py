"""What a matrix is to be, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.commands.tests import Until


class AsksForMatrix(Protocol):
    """A command that says what a matrix is to be."""

    models: list[str] | None
    repeat: int | None
    until: Until
    budget_usd: float | None
    max_calls: int | None
    seed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixOptions:
    """What is asked for, as `fourfold test` takes it. `repeat` wins over what the tests say; no
    `seed` draws one; all are held against `baseline`, the name of one of the texts, where there is
    one, on the first of the models."""

    models: Sequence[str] = ()
    repeat: int | None = None
    until: Until = "done"
    budget_usd: float | None = None
    max_calls: int | None = None
    seed: int | None = None
    baseline: int | str | None = None

    @classmethod
    def asked(cls, command: AsksForMatrix) -> Self:
        """As a command says it."""
        return cls(
            models=command.models or (),
            repeat=command.repeat,
            until=command.until,
            budget_usd=command.budget_usd,
            max_calls=command.max_calls,
            seed=command.seed,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a matrix is: answers that are there of those that were planned."""

    done: int
    planned: int
    calls: int
    cost_usd: float | None

    @property
    def spent(self) -> str:
        """`46 calls · $0.31`; without the dollars where no price is known."""
        calls = figures.counted(self.calls, "call")
        return calls if self.cost_usd is None else f"{calls} · {figures.dollars(self.cost_usd)}"
