"""`latency` and `cost`: what the response has taken at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.text.figures import dollars, seconds

if TYPE_CHECKING:
    from collections.abc import Callable


@check("latency")
def latency(asked: Check) -> Outcome:
    """The threshold is in milliseconds."""
    return _at_most(asked, asked.response.latency_ms, "how long the response took", seconds)


@check("cost")
def cost(asked: Check) -> Outcome:
    """The threshold is in dollars."""
    return _at_most(asked, asked.response.cost_usd, "what the response cost", dollars)


def _at_most(
    asked: Check, taken: float | None, what: str, written: Callable[[float], str]
) -> Outcome:
    most = asked.limit()
    if taken is None:
        raise asked.refused(f"cannot be judged: {what} is not known")
    return Outcome(taken <= most, f"{written(taken)}, with {written(most)} allowed")
