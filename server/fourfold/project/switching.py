"""What the text of a prompt file becomes, where no editor has it open."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Version


def refuse_loss(project: Project, file: StepFile) -> None:
    """FourfoldError where the file holds text that no version has."""
    text = project.disk_text(file)
    if text is not None and not project.holds(file, text):
        raise FourfoldError(
            f"{file.path.name} holds text that no version has, so nothing was changed; keep "
            f"it with `fourfold save {file.step}` first."
        )


def use_version(project: Project, file: StepFile, number: int) -> None:
    """Makes a kept version current and gives the file its text, or changes nothing.

    Raises InvalidArgumentError for a version that is not kept, and FourfoldError where text would
    be lost or the file cannot be written.
    """
    project.history(file).version(number)
    refuse_loss(project, file)
    change = project.switch(file, number)
    try:
        project.write_current(file)
    except FourfoldError:
        if change.kind == "switched":
            with suppress(FourfoldError):
                project.undo(file)
        raise


def keep_text(project: Project, file: StepFile) -> Version | None:
    """Makes the file's text the current version, so that what is read is what runs; that version
    where it was not current before."""
    text = project.disk_text(file)
    if text is None or text == project.history(file).current_version.text:
        return None
    project.save(file, text, "command")
    return project.history(file).current_version
