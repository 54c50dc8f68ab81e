"""A step as it is on disk now, for those who have no editor to tell them of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fourfold.app.saving import seen_version
from fourfold.project.naming import step_file
from fourfold.versions.reader import UnsettledPromptError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory, Version


def step_now(
    project: Project, step: str, tell: Callable[[str], None], *, refuses: bool = False
) -> tuple[StepFile, StepHistory]:
    """A step and its versions, with what is on disk taken in; `tell` is told what could not be.
    What `refuses` raises UnsettledPromptError where somebody goes on writing to the file."""
    file = step_file(project, step)
    taken = project.read_from_disk([file])
    if refuses and taken.unfinished:
        raise UnsettledPromptError(next(iter(taken.unfinished.values())))
    for sentence in (*taken.unreadable.values(), *taken.unfinished.values()):
        tell(sentence)
    return file, project.history(file)


def versions_to_run(
    project: Project,
    step: str,
    versions: Sequence[int] | Literal["all"] | None,
    tell: Callable[[str], None],
) -> tuple[StepFile, list[Version]]:
    """The versions that are meant, all oldest first; without `versions` the text in the file, which
    becomes one where it is none."""
    file, history = step_now(project, step, tell, refuses=versions is None)
    if versions == "all":
        return file, list(reversed(history.versions))
    if versions is None:
        return file, [seen_version(project, file, history)[1]]
    return file, [history.version(number, "versions") for number in dict.fromkeys(versions)]
