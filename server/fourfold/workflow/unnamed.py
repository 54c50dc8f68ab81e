"""Prompts that no workflow.yaml names: they run only after a question that says the price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.llm.user_models import price
from fourfold.runs import estimate
from fourfold.text.figures import counted, dollars
from fourfold.user.consent import Question

if TYPE_CHECKING:
    from fourfold.llm.integration import ResolvedModel
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.workflow.plan import PlannedStep, WorkflowPlan


class UnnamedStepsError(FourfoldError):
    """All prompts would be run, and workflow.yaml names none; `question` asks whether to.

    The error's text says how many they are and what they may cost.
    """

    def __init__(self, amount: int, cost: str) -> None:
        prompts = counted(amount, "prompt")
        super().__init__(f"No workflow.yaml says which steps there are. {prompts} {cost}.")
        self.question = Question(f"{self} Run them all?", f"Run {prompts}", "Cancel")


async def unnamed_steps(plan: WorkflowPlan, registry: LLMIntegrationRegistry) -> UnnamedStepsError:
    """The question about the steps of a plan."""
    models: dict[str | None, ResolvedModel | None] = {}
    known, unknown = 0.0, 0
    for planned in plan.steps.values():
        wanted = planned.step.template.model
        name = wanted.id or plan.default_model
        if name not in models:
            try:
                models[name] = await registry.resolve(preferred=name)
            except FourfoldError:  # said by the run, if there is one
                models[name] = None
        model = None if wanted.endpoint is not None else models[name]
        cost = price(model, *_tokens(planned)) if model is not None else None
        known, unknown = known + (cost or 0), unknown + (cost is None)
    return UnnamedStepsError(len(plan.steps), _cost(known, unknown, len(plan.steps)))


def _tokens(planned: PlannedStep) -> tuple[int, int]:
    """About what a step sends, and may get."""
    sent = estimate.tokens(len(planned.version.text))
    return sent, estimate.response_tokens(planned.step.template.parameters)


def _cost(known: float, unknown: int, amount: int) -> str:
    if unknown == amount:
        return "would be run at a price that is not known"
    more = f", and {unknown} of them at a price that is not known" if unknown else ""
    return f"would cost about {dollars(known)}{more}"
