"""A test case: inputs for a prompt, and what its response has to fulfil."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fourfold.evals.missing import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.evals.outside import Judge


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that a response has to fulfil; `negated` is written as `not-` before the type.

    `judge` is the model that is asked, None the one that the folder asks; `rubric_prompt` what it
    is asked, in place of our words; `scores` what the answers of `factuality` are worth.
    """

    type: str
    negated: bool = False
    value: Any = MISSING
    threshold: float | None = None
    weight: float = 1.0
    metric: str | None = None
    config: Any = MISSING
    transform: str | None = None
    judge: Judge | None = None
    rubric_prompt: Any = None
    scores: Mapping[str, float] | None = None

    @property
    def name(self) -> str:
        """The type as it is written."""
        return f"not-{self.type}" if self.negated else self.type


@dataclass(frozen=True, slots=True)
class AssertionSet:
    """Assertions that count as one, by the mean of their scores."""

    assertions: tuple[Assertion, ...]
    threshold: float | None = None
    weight: float = 1.0
    metric: str | None = None


@dataclass(frozen=True, slots=True)
class TestCase:
    """`threshold`: the least score; without one every assertion has to pass.

    `recorded` is a response that is graded without asking a model (`providerOutput`).
    """

    __test__ = False  # pytest's business is another one

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    assertions: tuple[Assertion | AssertionSet, ...] = ()
    threshold: float | None = None
    repeat: int = 1
    recorded: Any = MISSING
    metadata: Mapping[str, Any] = field(default_factory=dict)
    transform: str | None = None

    @property
    def identity(self) -> str:
        """The hash of its inputs and assertions: an edited test does not pair with old scores."""
        parts = [
            dict(self.variables),
            [asdict(assertion) for assertion in self.assertions],
            self.threshold,
            self.transform,
            self.recorded,
        ]
        return sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()
