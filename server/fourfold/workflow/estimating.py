"""About what the steps of a plan would cost, before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.runs import estimate

if TYPE_CHECKING:
    from fourfold.llm.integration import ResolvedModel
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.workflow.plan import PlannedStep, WorkflowPlan


@dataclass(frozen=True, slots=True)
class StepEstimate:
    """A step that would be run. `model` is None where there is none to ask, or its prompt has an
    endpoint of its own, and `usd` where no price is known. What steps before it bring is not
    counted in `tokens`. A `reused` response costs nothing."""

    planned: PlannedStep
    model: ResolvedModel | None
    tokens: int
    usd: float | None
    reused: bool


async def estimates(plan: WorkflowPlan, registry: LLMIntegrationRegistry) -> list[StepEstimate]:
    """One for each step of a plan, in its order."""
    models: dict[str | None, ResolvedModel | None] = {}
    reused: set[str] = set()
    found = []
    for step, planned in plan.steps.items():
        asked = plan.request.model
        wanted = planned.step.template.model
        name = asked or wanted.id or planned.config.model or plan.default_model
        if name not in models:
            try:
                models[name] = await registry.resolve(requested=asked, preferred=name)
            except FourfoldError:  # said by the run, if there is one
                models[name] = None
        model = None if wanted.endpoint is not None and asked is None else models[name]
        if _is_reused(plan, step, reused):
            reused.add(step)
        sent = estimate.tokens(len(planned.version.text))
        usd = estimate.usd(model, sent, planned.step.template.parameters) if model else None
        usd = 0.0 if step in reused else usd
        found.append(StepEstimate(planned, model, sent, usd, step in reused))
    return found


def _is_reused(plan: WorkflowPlan, step: str, reused: set[str]) -> bool:
    """Whether the response that is there counts for this run, as those before it do."""
    planned = plan.steps[step]
    return (
        not plan.request.fresh
        and plan.counts(planned)
        and planned.facts.version == planned.version.hash
        and plan.snapshot.states[step].settled
        and reused.issuperset(plan.graph()[step])
    )
