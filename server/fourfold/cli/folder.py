"""The workspace folder that a command works on, and its steps as they are on disk now."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.cli.left_out import tell_left_out
from fourfold.cli.output import note
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.project.naming import step_file
from fourfold.settings import find_folder, load_settings
from fourfold.text import figures
from fourfold.versions.reader import UnsettledPromptError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import PushedOut, StepHistory


def project_in(folder: Path | None, *, aside: Path | None = None) -> Project:
    """The project of `folder`, else of the nearest one with prompts, else of this folder. Nothing
    is opened yet."""
    from fourfold.project.project import Project

    here = Path.cwd()
    found = folder or find_folder(here) or here
    return Project(found, load_settings(found), aside=aside)


@contextmanager
def open_project(
    folder: Path | None, *, looks: bool = False, may_be_empty: bool = False
) -> Iterator[Project]:
    """The project to work on. Says on stderr what its settings and its store have to say.

    A command that only `looks` puts nothing into a folder in which no prompt was ever used.
    FourfoldError where there are no prompts, unless the folder `may_be_empty`.
    """
    with ExitStack() as stack:
        project = project_in(folder)
        if looks and not project.is_used:
            from tempfile import TemporaryDirectory

            aside = stack.enter_context(TemporaryDirectory(prefix="fourfold-"))
            project = project_in(folder, aside=Path(aside))
        for problem in project.settings.problems:
            note(problem)
        known = may_be_empty or project.is_used
        if not (known or project.steps.home.is_dir() or project.steps.all()):
            tell_left_out(project)
            raise FourfoldError(
                f"There are no prompts in {project.folder}: put one into "
                f"{project.steps.home.name}/, such as requirement.md."
            )
        try:
            if project.is_used:
                project.store.end_interrupted_runs()
            yield project
        finally:
            for notice in project.notices:
                note(notice)
            project.close()


def step_id(project: Project, step: str) -> str:
    """The id of a step that is named by its id or by the path of its file; else what was given."""
    try:
        return step_file(project, step).step
    except InvalidArgumentError:
        return step


def take_in(project: Project, files: Sequence[StepFile], *, refuses: bool = False) -> None:
    """Takes in what other programs have left on disk; says what that has pushed out, and which
    files could not be read. What `refuses` raises UnsettledPromptError where somebody goes on
    writing to one."""
    taken = project.read_from_disk(files)
    for change in taken.changes:
        if change.pushed_out is not None:
            note(
                f"{change.step} was changed on disk, which is v{change.after} now; "
                f"{pushed_out(change.step, change.pushed_out)}."
            )
    if refuses and taken.unfinished:
        raise UnsettledPromptError(next(iter(taken.unfinished.values())))
    for sentence in (*taken.unreadable.values(), *taken.unfinished.values()):
        note(sentence)


def pushed_out(step: str, gone: PushedOut) -> str:
    """What went, and how it comes back."""
    return f"{figures.went(*gone)} (`fourfold undo {step}` brings it back)"


def step_now(project: Project, step: str, *, refuses: bool = False) -> tuple[StepFile, StepHistory]:
    """A step and its versions, with what is on disk taken in, as `take_in` does it."""
    file = step_file(project, step)
    return file, history_now(project, file, refuses=refuses)


def history_now(project: Project, file: StepFile, *, refuses: bool = False) -> StepHistory:
    """The versions of a step, with what is on disk taken in, as `take_in` does it."""
    if project.store.state(file.step) is not None:
        take_in(project, [file], refuses=refuses)
    return project.history(file)
