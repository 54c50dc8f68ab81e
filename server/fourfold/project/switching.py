"""What the text of a prompt file becomes, where no editor has it open."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Version
    from fourfold.versions.change import Change


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
    text = project.history(file).version(number).text
    refuse_loss(project, file)
    change_with_file(project, file, text, lambda: project.switch(file, number))


def take_back(project: Project, file: StepFile) -> Change:
    """Takes the step's last change back and gives the file the text of then, or changes nothing.

    Raises FourfoldError where there is nothing to undo, and as `use_version`.
    """
    text = project.last_change(file).text
    refuse_loss(project, file)
    return change_with_file(project, file, text, lambda: project.undo(file))


def change_with_file(
    project: Project, file: StepFile, text: str, change: Callable[[], Change]
) -> Change:
    """Gives the file the `text` that is current once the history has had its `change`, or changes
    neither; FourfoldError. One call, so that nobody takes the file for a change by others."""
    before = project.text_now(file)
    project.write_text(file, text)
    try:
        return change()
    except FourfoldError:
        with suppress(FourfoldError, OSError):
            if before is None:
                file.path.unlink()
            else:
                project.write_text(file, before)
        raise


def keep_text(project: Project, file: StepFile) -> Version | None:
    """Makes the file's text the current version, so that what is read is what runs; that version
    where it was not current before."""
    text = project.disk_text(file)
    if text is None or text == project.history(file).current_version.text:
        return None
    project.save(file, text, "command")
    return project.history(file).current_version
