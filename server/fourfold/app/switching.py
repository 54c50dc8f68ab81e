"""Another text for a prompt: a kept version made current, the last change taken back, or a new one.

Text that no version has is never overwritten, unless its user has said so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.text.same import whole_characters
from fourfold.versions.prompt_files import check_prompt
from fourfold.versions.undo import CannotUndoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Version
    from fourfold.versions.change import Change
    from fourfold.versions.undo import LastChange


class UnkeptTextError(FourfoldError):
    """The prompt has text that no version has, and that another text would overwrite."""


def refuse_loss(project: Project, file: StepFile, buffer: str | None = None) -> None:
    """UnkeptTextError where the file has text that no version has, or the `buffer` of the editor
    that has it open."""
    for text in (buffer, project.disk_text(file)):
        if text is not None and not project.holds(file, text):
            raise UnkeptTextError(
                f"{file.path.name} holds text that no version has, so nothing was changed; keep "
                f"it with `fourfold save {file.step}` first."
            )


@dataclass(frozen=True, slots=True)
class Switch:
    """The text of the version `number` for a prompt; `undoing` is the last change, where that is
    taken back by it."""

    file: StepFile
    number: int
    text: str
    undoing: LastChange | None = None

    @property
    def label(self) -> str:
        return f"v{self.number}"

    def carry_out(self, project: Project, *, discards: bool = False) -> Change:
        """Changes history and file, where no editor has it open, or neither.

        Raises UnkeptTextError where text would be lost, unless its user `discards` it;
        InvalidArgumentError for a version that is gone, CannotUndoError where nothing is left to
        undo, and FourfoldError where the file cannot be written.
        """
        file = self.file
        if not discards:
            refuse_loss(project, file)
        if self.undoing is None:
            return _with_file(project, file, self.text, partial(project.switch, file, self.number))
        try:
            return _with_file(project, file, self.text, partial(project.undo, file, self.undoing))
        except CannotUndoError:  # somebody else was quicker: their change is the last one
            return last_switch(project, file).carry_out(project, discards=discards)


def switch_to(file: StepFile, version: Version) -> Switch:
    """What makes a kept version current."""
    return Switch(file, version.number, version.text)


def last_switch(project: Project, file: StepFile, seen: Version | None = None) -> Switch:
    """What takes back the last change of the step: first of all a switch to the version that is
    `seen` in a buffer, and that nobody has saved. CannotUndoError where there is nothing."""
    if seen is not None:
        current = project.history(file).current_version
        if seen.number != current.number:
            return switch_to(file, current)
    last = project.last_change(file)
    return Switch(file, last.change.before, last.text, last)


def use_version(project: Project, file: StepFile, number: int) -> Change:
    """Makes a kept version current and gives the file its text, or raises as `Switch`."""
    return switch_to(file, project.history(file).version(number)).carry_out(project)


def take_back(project: Project, file: StepFile) -> Change:
    """Takes the step's last change back and gives the file the text of then, or raises as
    `Switch`."""
    return last_switch(project, file).carry_out(project)


def save_text(project: Project, file: StepFile, text: str) -> Change:
    """Makes a new text the current version and gives the file its text, or changes neither.

    Raises UnkeptTextError where another text would be lost, UnreadablePromptError for one that no
    prompt can have, and FourfoldError where the file cannot be written.
    """
    text = check_prompt(whole_characters(text).encode(), file.path.name)
    refuse_loss(project, file)
    return _with_file(project, file, text, partial(project.save, file, text, "command"))


def _with_file(project: Project, file: StepFile, text: str, change: Callable[[], Change]) -> Change:
    """Gives the file the text that is current once the history has had its `change`, or changes
    neither. One call, so that nobody takes the file for a change by others."""
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
