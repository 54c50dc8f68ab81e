"""What a person has before them becomes a version: to keep it, or since what is seen is what runs.

A `buffer` is the text that an editor shows of the file, saved or not, where one has it open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.text.same import content_hash, normalize

if TYPE_CHECKING:
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Cause, StepHistory, Version
    from fourfold.versions.record import Recorded


def save_version(
    project: Project, file: StepFile, buffer: str | None = None, *, writes: bool = True
) -> Recorded:
    """Makes a version of the `buffer`, which the file gets then unless it is left to its editor
    (`writes`); else of what the file has. FourfoldError where it is deleted."""
    return _keep(project, file, buffer, "command", writes=writes)


def keep_seen(project: Project, file: StepFile, buffer: str | None = None) -> Recorded:
    """As `save_version`, where the text is about to be run: as a save of it would."""
    never = project.settings.version_on_save == "never"
    return _keep(project, file, buffer, "command" if never else "save", writes=True)


def seen_version(
    project: Project, file: StepFile, history: StepHistory, buffer: str | None = None
) -> tuple[StepHistory, Version]:
    """The version that is run where none is named: what is seen is what runs, in the buffer or else
    in the file. A text that no version has becomes one. With the versions of then, which are
    `history` itself where nothing had to be kept."""
    if buffer is not None:
        kept = history.holding(content_hash(normalize(buffer)))
        text: str | None = None if kept is not None else buffer
    else:
        kept, text = None, project.disk_text(file)
    current = history.current_version
    if text is None or text == current.text:
        return history, kept or current
    history = keep_seen(project, file, buffer).history
    return history, history.current_version


def _keep(
    project: Project, file: StepFile, buffer: str | None, cause: Cause, *, writes: bool
) -> Recorded:
    """One call, so that nobody takes what is still on disk for a change by others."""
    if buffer is None:
        text = project.disk_text(file)
        if text is None:
            raise FourfoldError(
                f"{file.path} is deleted, so there is nothing to save; "
                f"`fourfold use {file.step} vN` writes a kept version back."
            )
        return project.keep(file, text, cause)
    # What somebody else has put on disk meanwhile is about to be overwritten.
    project.read_from_disk([file])
    recorded = project.keep(file, buffer, cause)
    if writes:
        project.write_text(file, buffer)
    return recorded
