"""What only agents are answered."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from fourfold.app.answers.versions import Step
from fourfold.app.described import Answer


class PromptInput(Answer):
    """What a prompt asks for."""

    name: str
    kind: Annotated[str, Meta(description="string, integer, float, boolean, array or object")]
    required: Annotated[
        bool, Meta(description="false where it has a default or an example, or comes from a step")
    ]
    description: str | None


class ListedStep(Step):
    """A step with what an agent has to know to run it."""

    kept: Annotated[list[int], Meta(description="the numbers of its versions, newest first")]
    inputs: Annotated[list[PromptInput], Meta(description="of the text in its file")]
    has_tests: bool


class ListedSteps(Answer):
    """All steps, in the order of the workflow."""

    steps: list[ListedStep]
