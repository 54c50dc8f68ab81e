"""Steps as people name them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.errors import InvalidArgumentError
from fourfold.project.patterns import steps_matching

if TYPE_CHECKING:
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


def step_file(project: Project, step: str) -> StepFile:
    """The prompt file of a step that is named by its id or by the path of the file, there or
    deleted; InvalidArgumentError says why a file is none."""
    if (found := project.find_step(step)) is not None:
        return found
    reasons = []
    for path in dict.fromkeys([Path.cwd() / step, project.folder / step]):
        at = Path(os.path.normpath(path))
        file = project.step_at(at)
        if file is not None and (at.is_file() or project.find_step(file.step) is not None):
            return file
        if at.is_file() and (reason := project.why_no_step(at)) is not None:
            reasons.append((step, reason))
    for name, reason in [*reasons, *project.steps.left_out_as(step)]:
        raise InvalidArgumentError("step", f"{name} is no step, since {reason}.")
    return project.step_file(step)


def step_files(project: Project, step: str) -> list[StepFile]:
    """The prompt files of a step that is named as in `step_file`, or of all that a pattern stands
    for; InvalidArgumentError where there is none."""
    found = None if project.find_step(step) else steps_matching(project, step)
    if found is None:
        return [step_file(project, step)]
    if not found:
        raise InvalidArgumentError("step", f"no step is named like {step}.")
    return found
