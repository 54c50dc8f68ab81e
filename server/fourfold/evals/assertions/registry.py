"""Which types of assertions there are, and how each checks a response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.evals.missing import MISSING
from fourfold.evals.outside import Asking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.evals.outside import Judge
    from fourfold.evals.response import Response


class AssertionRefusedError(FourfoldError):
    """An assertion that cannot be judged as it is written, in one sentence."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a check is given: the assertion's value, rendered and read, its threshold and config,
    the test's variables, and for a judge what an Assertion has."""

    type: str
    value: Any
    threshold: float | None
    response: Response
    variables: Mapping[str, Any] = field(default_factory=dict)
    config: Any = MISSING
    judge: Judge | None = None
    rubric_prompt: Any = None
    scores: Mapping[str, float] | None = None

    @property
    def context(self) -> dict[str, Any]:
        """What a program gets to know beside the response."""
        known = {"vars": dict(self.variables), "prompt": self.response.prompt}
        return known if self.config is MISSING else {**known, "config": self.config}

    def refused(self, why: str) -> AssertionRefusedError:
        return AssertionRefusedError(f"{self.type} {why}.")

    def text(self) -> str:
        """The value, which has to be a text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.refused("needs a text as its value")
        return self.value

    def limit(self) -> float:
        """The threshold, which has to be there."""
        if self.threshold is None:
            raise self.refused("needs a threshold")
        return self.threshold


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a check holds, and why (not). `not-` turns it around unless it is `final`.

    `score` is given where it is not simply 1 or 0; `not-` makes 1 - score of one that `turns`.
    `agrees` says whether a judge that was asked twice gave the same verdict.
    """

    passed: bool
    reason: str
    score: float | None = None
    final: bool = False
    turns: bool = False
    agrees: bool | None = None


CheckFunction = Callable[[Check], Outcome | Asking[Outcome]]
_checks: dict[str, CheckFunction] = {}


def check(*types: str) -> Callable[[CheckFunction], CheckFunction]:
    """Registers a function for these types. It raises AssertionRefusedError; one that asks others
    is a generator (`evals/outside.py`)."""

    def register(function: CheckFunction) -> CheckFunction:
        _checks.update(dict.fromkeys(types, function))
        return function

    return register


def find(name: str) -> CheckFunction | None:
    """The check of a type, without `not-`; None if there is none."""
    _load()
    return _checks.get(name)


def names() -> list[str]:
    """All types, without `not-`."""
    _load()
    return sorted(_checks)


@cache
def _load() -> None:
    package = import_module("fourfold.evals.assertions")
    for module in iter_modules(package.__path__):
        import_module(f"fourfold.evals.assertions.{module.name}")
