"""Prompts that no workflow.yaml names: they run only after a question that says the price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.text.figures import counted, dollars
from fourfold.user.consent import Question
from fourfold.workflow.estimating import estimates

if TYPE_CHECKING:
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.workflow.plan import WorkflowPlan


class UnnamedStepsError(FourfoldError):
    """All prompts would be run, and workflow.yaml names none; `question` asks whether to.

    The error's text says how many they are and what they may cost.
    """

    def __init__(self, amount: int, cost: str, calls: int) -> None:
        prompts = counted(amount, "prompt")
        held = "" if calls == amount else f"; {amount - calls} of them are answered already"
        super().__init__(f"No workflow.yaml says which steps there are. {prompts} {cost}{held}.")
        self.question = Question(f"{self} Run them all?", f"Run {prompts}", "Cancel")


async def unnamed_steps(
    plan: WorkflowPlan, registry: LLMIntegrationRegistry
) -> UnnamedStepsError | None:
    """The question about the steps of a plan; None where nothing would be asked."""
    estimated = [one for one in await estimates(plan, registry) if not one.reused]
    if not estimated:
        return None
    known = sum(one.usd or 0.0 for one in estimated)
    unknown = sum(one.usd is None for one in estimated)
    return UnnamedStepsError(len(plan.steps), _cost(known, unknown, len(estimated)), len(estimated))


def _cost(known: float, unknown: int, amount: int) -> str:
    if unknown == amount:
        return "would be run at a price that is not known"
    more = f", and {unknown} of them at a price that is not known" if unknown else ""
    return f"would cost about {dollars(known)}{more}"
