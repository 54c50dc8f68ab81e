"""Models that end soon, or that their endpoint does not list, said where they are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.references import is_reference
from fourfold.source.problem import Problem

if TYPE_CHECKING:
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.prompts.template import ModelReference
    from fourfold.source.problem import Range
    from fourfold.workflow.file.configuration import WorkflowConfig


def in_prompt(registry: LLMIntegrationRegistry, model: ModelReference) -> list[Problem]:
    """What is to be said of the model that a prompt names."""
    if model.id is None or model.range is None or is_reference(model.id):
        return []
    return _problems(registry, model.id, model.range, model.endpoint)


def in_workflow(registry: LLMIntegrationRegistry, config: WorkflowConfig) -> list[Problem]:
    """What is to be said of the models that workflow.yaml names."""
    named = [(config.model, config.model_range)]
    named += [(step.model, step.model_range) for step in config.walk()]
    found = [_problems(registry, model, where) for model, where in named if model is not None]
    # What several aliases stand for is said once.
    return list(dict.fromkeys(problem for problems in found for problem in problems))


def _problems(
    registry: LLMIntegrationRegistry, model: str, where: Range, endpoint: str | None = None
) -> list[Problem]:
    sentence = registry.warning(model, endpoint)
    return [] if sentence is None else [Problem(where, sentence, "warning", "model")]
