"""`webhook`: a service at an address of the user's says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.outside import CannotJudgeError, Post

if TYPE_CHECKING:
    from fourfold.evals.outside import Asking

_LONGEST_REASON = 1000


@check("webhook")
def webhook(asked: Check) -> Asking[Outcome]:
    """It is sent `{output, context: {prompt, vars}}`, and answers `{pass, score, reason}`, of which
    the last two may be left out."""
    context = {"prompt": asked.response.prompt, "vars": dict(asked.variables)}
    reply = yield Post(asked.text(), {"output": asked.response.output, "context": context})
    said = reply.value if isinstance(reply.value, dict) else {}
    passed, score, reason = said.get("pass"), said.get("score"), said.get("reason")
    if not isinstance(passed, bool):
        raise CannotJudgeError("the webhook's answer has no pass that is true or false")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
        raise CannotJudgeError("the score in the webhook's answer is no number")
    why = reason[:_LONGEST_REASON] if isinstance(reason, str) and reason else "the webhook's answer"
    return Outcome(passed, why, None if score is None else float(score), turns=True)
