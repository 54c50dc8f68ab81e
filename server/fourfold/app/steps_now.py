"""Steps as they are on disk now, for those who have no editor to tell them of changes.

`tell` is told, in sentences, what taking in has pushed out, and what could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fourfold.app.saving import seen_version
from fourfold.project.naming import step_file
from fourfold.text import figures
from fourfold.versions.reader import UnsettledPromptError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import PushedOut, StepHistory, Version

    Tell = Callable[[str], None]


def take_in(
    project: Project, files: Sequence[StepFile], tell: Tell, *, refuses: bool = False
) -> None:
    """Takes in what other programs have left on disk. What `refuses` raises UnsettledPromptError
    where somebody goes on writing to a file."""
    taken = project.read_from_disk(files)
    for change in taken.changes:
        if change.pushed_out is not None:
            tell(
                f"{change.step} was changed on disk, which is v{change.after} now; "
                f"{pushed_out(change.step, change.pushed_out)}."
            )
    if refuses and taken.unfinished:
        raise UnsettledPromptError(next(iter(taken.unfinished.values())))
    for sentence in (*taken.unreadable.values(), *taken.unfinished.values()):
        tell(sentence)


def pushed_out(step: str, gone: PushedOut) -> str:
    """What went, and how it comes back."""
    return f"{figures.went(*gone)} (`fourfold undo {step}` brings it back)"


def history_now(
    project: Project, file: StepFile, tell: Tell, *, refuses: bool = False
) -> StepHistory:
    """The versions of a step, with what is on disk taken in, as `take_in` does it."""
    if project.store.state(file.step) is not None:
        take_in(project, [file], tell, refuses=refuses)
    return project.history(file)


def step_now(
    project: Project, step: str, tell: Tell, *, refuses: bool = False
) -> tuple[StepFile, StepHistory]:
    """A step, named by its id or the path of its file, and its versions as `history_now`."""
    file = step_file(project, step)
    return file, history_now(project, file, tell, refuses=refuses)


def all_now(project: Project, tell: Tell) -> list[tuple[StepFile, StepHistory | None]]:
    """All steps with their versions, with what is on disk taken in."""
    files = project.all_steps()
    take_in(project, files, tell)
    known = project.store.histories(file.step for file in files)
    return [(file, known.get(file.step)) for file in files]


def versions_to_run(
    project: Project, step: str, versions: Sequence[int] | Literal["all"] | None, tell: Tell
) -> tuple[StepFile, list[Version]]:
    """The versions that are meant, all oldest first; without `versions` the text in the file, which
    becomes one where it is none."""
    file, history = step_now(project, step, tell, refuses=versions is None)
    if versions is None:
        return file, [seen_version(project, file, history)[1]]
    return file, history.chosen(versions)


def versions_to_test(
    project: Project, step: str, versions: Sequence[int] | Literal["all"], tell: Tell
) -> tuple[StepFile, list[Version]]:
    """As `versions_to_run`; what is in the file now is among the versions."""
    file, history = step_now(project, step, tell, refuses=True)
    history, _ = seen_version(project, file, history)
    return file, history.chosen(versions)
