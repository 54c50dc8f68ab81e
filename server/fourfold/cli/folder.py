"""The workspace folder that a command works on, and its steps as they are on disk now."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.cli.output import note
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.settings import WORKSPACE_FILE, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory, Version


def find_folder(start: Path) -> Path | None:
    """The nearest folder from `start` upwards with `prompts/` or `fourfold.toml`."""
    for folder in (start, *start.parents):
        if (folder / "prompts").is_dir() or (folder / WORKSPACE_FILE).is_file():
            return folder
    return None


def project_in(folder: Path | None) -> Project:
    """The project of `folder`, or of the nearest one; FourfoldError. Nothing is opened yet."""
    from fourfold.project.project import Project

    here = Path.cwd()
    found = folder or find_folder(here)
    if found is None:
        raise FourfoldError(
            f"There are no prompts here: no folder from {here} upwards has prompts/ or "
            f"{WORKSPACE_FILE}; go to one that has, or name it with --folder."
        )
    return Project(found, load_settings(found))


@contextmanager
def open_project(folder: Path | None) -> Iterator[Project]:
    """The project to work on. Says on stderr what its settings and its store have to say."""
    project = project_in(folder)
    for problem in project.settings.problems:
        note(problem)
    if not project.is_used:
        raise FourfoldError(
            f"There are no prompts in {project.folder}: put one into "
            f"{project.steps.roots[0].name}/, such as requirement.md."
        )
    try:
        project.store.end_interrupted_runs()
        yield project
    finally:
        for notice in project.notices:
            note(notice)
        project.close()


def take_in(project: Project, files: Sequence[StepFile]) -> None:
    """Takes in what other programs have left on disk; says which files could not be read."""
    taken = project.read_from_disk(files)
    for sentence in (*taken.unreadable.values(), *taken.unfinished.values()):
        note(sentence)


def step_now(project: Project, step: str) -> tuple[StepFile, StepHistory]:
    """A step and its versions, with what is on disk taken in."""
    file = project.step_file(step)
    if project.store.state(step) is not None:
        take_in(project, [file])
    return file, project.history(file)


def kept_version(history: StepHistory, number: int) -> Version:
    """The version, or InvalidArgumentError that names those there are."""
    try:
        return history.version(number)
    except KeyError:
        kept = ", ".join(version.label for version in reversed(history.versions))
        raise InvalidArgumentError(
            "version", f"{history.step} has no v{number}; kept are {kept}."
        ) from None
