"""What is to be said of prompts that would have one id."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.project.steps import StepFile, StepFiles


def shared_names(steps: StepFiles, file: StepFile) -> list[str]:
    """A sentence for each other file that would have the id of this one."""
    return [
        f"{steps.place(other.path)} would have the same id as this prompt, so this one is "
        f"{file.step} and that one {other.step}; rename one of them."
        for other in steps.rivals(file)
    ]
