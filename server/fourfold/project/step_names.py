"""What a name for a step may mean: a pattern for several, or one that was mistyped."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fourfold.names import meant
from fourfold.project.places import HOME, is_pattern
from fourfold.prompts.formats import step_suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


def no_step(name: str, known: Iterable[str]) -> str:
    """That there is no step of this name, or whose file has this path, and what was meant."""
    place = name.removeprefix(f"{HOME}/")
    return f"there is no step {name}; {meant(place.removesuffix(step_suffix(place)), known)}"


def steps_matching(project: Project, pattern: str) -> list[StepFile] | None:
    """The steps whose id or whose file's path below the folder matches, in the order of the
    workflow; None for what is no pattern.

    `*`, `?` and `[…]` stand for a part of one name, `**` for any number of folders.
    """
    if not is_pattern(pattern):
        return None
    wanted = pattern.split("/")
    return [
        file
        for file in project.all_steps()
        if any(
            _matches(name.split("/"), wanted)
            for name in (file.step, project.steps.place(file.path))
        )
    ]


def _matches(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return not parts
    first, rest = wanted[0], wanted[1:]
    if first == "**":
        return any(_matches(parts[skipped:], rest) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], first) and _matches(parts[1:], rest)
