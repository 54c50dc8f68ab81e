"""Which class a step has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.steps.base import BaseStep

if TYPE_CHECKING:
    from fourfold.workflow.file.configuration import StepConfig


def step_class(config: StepConfig) -> type[BaseStep]:
    """The class that `type:` names, else the one whose type the last part of the id is, else
    BaseStep. FourfoldError where there is no class of the type that is asked for."""
    classes = step_classes()
    if config.type is None:
        return classes.get(config.id.rpartition("/")[2], BaseStep)
    if config.type not in classes:
        raise FourfoldError(
            f"The step {config.id} asks for the type {config.type}, which there is not: use one of "
            f"{', '.join(sorted(classes))}, or install the plugin that brings it."
        )
    return classes[config.type]


def step_classes() -> dict[str, type[BaseStep]]:
    """Every class of steps by its type; an added one stands for a built-in one of the same type."""
    from fourfold.steps.architecture_design import ArchitectureDesignStep
    from fourfold.steps.implementation import ImplementationStep
    from fourfold.steps.plugins import added_step_classes
    from fourfold.steps.requirement import RequirementStep
    from fourfold.steps.test_generation import TestGenerationStep

    built_in = (RequirementStep, ArchitectureDesignStep, ImplementationStep, TestGenerationStep)
    return {**{each.type: each for each in built_in}, **added_step_classes()}
