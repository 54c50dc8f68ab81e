"""`finish-reason`: why the model stopped, in any case of letters."""

from __future__ import annotations

from fourfold.evals.assertions.registry import Check, Outcome, check


@check("finish-reason")
def finish_reason(asked: Check) -> Outcome:
    """A response that does not say why it ended does not pass."""
    wanted, reason = asked.text(), asked.response.finish_reason
    return Outcome(
        reason is not None and reason.lower() == wanted.lower(),
        f"an end because of {reason or 'what is not known'}, with {wanted} wanted",
    )
