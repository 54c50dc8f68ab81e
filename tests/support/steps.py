"""Steps made by hand: a configuration, a workspace, no model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.prompts.formats import parse
from fourfold.prompts.references import References
from fourfold.source.problem import Position, Range
from fourfold.steps.base import StepContext
from fourfold.steps.types import step_class
from fourfold.workflow.file.configuration import ResponseConfig, StepConfig

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.steps.base import BaseStep

NOWHERE = Range(Position(0, 0), Position(0, 0))


def make_step(
    workspace: Path,
    step_id: str,
    *,
    step_type: str | None = None,
    prompt: str = "Go on.",
    run_tests: bool = False,
    **response: Any,
) -> BaseStep:
    """The step `step_id` of its own class, with `prompt` as its template."""
    config = StepConfig(
        step_id, NOWHERE, step_id, response=ResponseConfig(**response), type=step_type
    )
    references = References(
        environment={},
        allowed_names=frozenset(),
        prompt_file=workspace / "prompts" / f"{step_id}.md",
        workspace=workspace,
    )
    context = StepContext(workspace, references, run_tests)
    return step_class(config)(config, parse(prompt, ".md"), context)
