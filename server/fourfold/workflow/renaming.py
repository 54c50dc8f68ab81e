"""What has to be renamed on disk when a step gets another name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.prompts.formats import format_of, is_prompt_file, step_suffix
from fourfold.workflow.file.checks import UNREAD

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.workflow.file.configuration import WorkflowConfig

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class StepRename:
    """A step's new id, and the files and folders (old path, new path) to be renamed for it."""

    step: str
    files: list[tuple[Path, Path]]


def step_rename(project: Project, config: WorkflowConfig, old: str, name: str) -> StepRename:
    """What it takes to give the last part of a step's id another `name`.

    FourfoldError for a name that is taken or that no prompt can have, and where workflow.yaml
    cannot be read to its end, since what it says there would keep the old name.

    A step without a prompt is renamed in workflow.yaml alone, also to one that has a prompt: so a
    slip of the pen is repaired.
    """
    if any(problem.code in UNREAD for problem in config.problems):
        raise FourfoldError(
            "workflow.yaml cannot be read to its end, so the step keeps its name; repair it first."
        )
    name = name.strip()
    parent = old.rpartition("/")[0]
    new = f"{parent}/{name}" if parent else name
    _check_name(name)
    if new == old:
        return StepRename(old, [])
    if config.step(new) is not None:
        raise FourfoldError(f"workflow.yaml has a step {new} already; choose another name.")
    files = _files(project, old, new)
    targets = [(path, to) for path, to in files if to.exists()]
    if files and (other := project.steps.find(new)) is not None:
        targets.append((files[0][0], other.path))  # a prompt with another suffix
    for path, to in targets:
        if not to.samefile(path):  # on some systems a name that differs only in case is the same
            raise FourfoldError(f"There is a {to.name} already; choose another name.")
    return StepRename(new, files)


def _check_name(name: str) -> None:
    if not name or len(name) > _LONGEST or _FORBIDDEN.search(name) or name.endswith("."):
        raise FourfoldError(
            f"{name or 'An empty name'} cannot be a file's name; use letters, digits, - and _."
        )
    if not is_prompt_file(f"{name}.md"):
        raise FourfoldError(
            f"A file named {name} is no prompt; choose a name that does not start with _, a dot, "
            "README or CHANGELOG."
        )
    if step_suffix(name):
        raise FourfoldError(f"{name} ends as a file does; leave {step_suffix(name)} out.")


def _files(project: Project, old: str, new: str) -> list[tuple[Path, Path]]:
    """The prompt, its tests and the folder of its sub-steps, as far as they are there."""
    found = project.steps.find(old)
    suffix = ".md" if found is None else found.suffix
    prompt = project.steps.path(old, suffix) if found is None else found.path
    if prompt is None:
        return []
    renamed = prompt.with_name(f"{new.rpartition('/')[2]}{suffix}")
    if format_of(renamed.as_posix()) is not format_of(prompt.as_posix()):
        raise FourfoldError(
            f"{renamed.name} would be a prompt of another kind, or none; choose another name."
        )
    before, after = (path.with_name(path.name.removesuffix(suffix)) for path in (prompt, renamed))
    pairs = [
        (prompt, renamed),
        (_tests(before), _tests(after)),
        (before, after),
    ]
    return [(path, to) for path, to in pairs if path.exists()]


def _tests(step: Path) -> Path:
    return step.with_name(f"{step.name}.tests.yaml")
