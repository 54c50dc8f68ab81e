"""The workspace folder that a command works on, and its steps as they are on disk now."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.app import steps_now
from fourfold.cli.left_out import tell_left_out
from fourfold.cli.output import note
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.project.naming import step_file
from fourfold.settings import find_folder, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory


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
    """As `steps_now.take_in`, with what there is to say on stderr."""
    steps_now.take_in(project, files, note, refuses=refuses)


def step_now(project: Project, step: str, *, refuses: bool = False) -> tuple[StepFile, StepHistory]:
    """As `steps_now.step_now`."""
    return steps_now.step_now(project, step, note, refuses=refuses)


def history_now(project: Project, file: StepFile, *, refuses: bool = False) -> StepHistory:
    """As `steps_now.history_now`."""
    return steps_now.history_now(project, file, note, refuses=refuses)
