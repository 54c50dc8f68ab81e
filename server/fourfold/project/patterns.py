"""Patterns that stand for several steps."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fourfold.project.places import is_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


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
