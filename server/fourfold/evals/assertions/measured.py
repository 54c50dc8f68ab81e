"""`latency` and `cost`: what the response has taken at most."""

from __future__ import annotations

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.figures import dollars, seconds


@check("latency")
def latency(asked: Check) -> Outcome:
    """The threshold is in milliseconds."""
    most, taken = asked.limit(), asked.response.latency_ms
    if taken is None:
        raise asked.refused("cannot be judged: how long the response took is not known")
    return Outcome(taken <= most, f"{seconds(taken)}, with {seconds(most)} allowed")


@check("cost")
def cost(asked: Check) -> Outcome:
    """The threshold is in dollars."""
    most, paid = asked.limit(), asked.response.cost_usd
    if paid is None:
        raise asked.refused("cannot be judged: what the response cost is not known")
    return Outcome(paid <= most, f"{dollars(paid)}, with {dollars(most)} allowed")
