"""What the text of a prompt file becomes, where no editor has it open."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.versions.undo import CannotUndoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory
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


def take_back(project: Project, file: StepFile, *, discards: bool = False) -> Change:
    """Takes the step's last change back and gives the file the text of then, or changes nothing.

    Raises CannotUndoError where there is nothing to undo, and as `use_version`; what `discards`
    loses the file's text where no version has it.
    """
    while True:
        last = project.last_change(file)
        if not discards:
            refuse_loss(project, file)
        with suppress(CannotUndoError):  # somebody else was quicker: their change is the last one
            return change_with_file(project, file, last.text, partial(project.undo, file, last))


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
            if project.text_now(file) != text:
                pass  # somebody else has written it meanwhile
            elif before is None:
                file.path.unlink()
            else:
                project.write_text(file, before)
        raise


def with_text_kept(project: Project, file: StepFile, history: StepHistory) -> StepHistory:
    """The versions with the file's text as the current one, so that what is read is what runs;
    `history` itself where it is that there."""
    text = project.disk_text(file)
    if text is None or text == history.current_version.text:
        return history
    return project.keep(file, text, "command")
