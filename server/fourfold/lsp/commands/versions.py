"""Commands that look at versions and change which one is current."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fourfold.app.answers.files import Opened
from fourfold.app.switching import change_with_file, take_back
from fourfold.lsp.commands.targets import target_of
from fourfold.lsp.events import VersionsChanged
from fourfold.project.documents import Document
from fourfold.project.project import Project
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.app.answers.versions import VersionList
    from fourfold.app.commands.versions import (
        ListVersions,
        SaveVersion,
        SetCurrentVersion,
        ShowVersion,
        Undo,
    )
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Cause, StepHistory, Version
    from fourfold.versions.change import Change
    from fourfold.versions.undo import LastChange

SAVE_FIRST = "Save as a new version"
DISCARD = "Discard"
CANCEL = "Cancel"

EDIT_HEAD_START_SECONDS = 0.5
"""How long the answer to a command waits for the editor to take an edit, and to save it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Another text for a prompt.

    `what` completes "Before you …", `label` names the version whose text it is. `make` changes
    history and file at once, where no editor has it open; where one has, the save of the edit does.
    `undoing` is the change that this save takes back.
    """

    what: str
    label: str
    text: str
    make: Callable[[Project], Change]
    undoing: LastChange | None = None


async def list_versions(ls: FourfoldServer, asked: ListVersions) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    return await folder.version_list(file)


async def show_version(ls: FourfoldServer, asked: ShowVersion) -> Opened:
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    version = history.version(asked.version or history.current)
    document = Document("version", file.step, (version.number,), suffix=file.suffix)
    return Opened(uri=await folder.views.open(document))


async def set_current_version(ls: FourfoldServer, asked: SetCurrentVersion) -> VersionList:
    """Answers at once; what has to be asked is asked afterwards."""
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    if asked.version is None:
        ls.spawn(_pick(ls, folder, file, history))
        return await folder.version_list(file)
    return await _change(ls, folder, file, _switch(file, history.version(asked.version)))


async def undo(ls: FourfoldServer, asked: Undo) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    wanted = await undoing(folder, file, history, ls.open.prompts.at(file.path))
    return await _change(ls, folder, file, wanted)


async def undoing(
    folder: Folder, file: StepFile, history: StepHistory, buffer: OpenPrompt | None
) -> Wanted:
    """What takes back the last change of the step: first of all a switch that nobody has saved.

    FourfoldError where nothing can be undone.
    """
    if buffer is not None and buffer.shown(history).number != history.current:
        return _switch(file, history.current_version)
    last = await folder.ask(Project.last_change, file)

    def make(project: Project) -> Change:
        return take_back(project, file, discards=True)

    return Wanted("undo", f"v{last.change.before}", last.text, make, undoing=last)


async def save_version(ls: FourfoldServer, asked: SaveVersion) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    await folder.history(file)
    await keep_text(ls, folder, file)
    return await folder.version_list(file)


async def keep_text(
    ls: FourfoldServer, folder: Folder, file: StepFile, cause: Cause = "command"
) -> StepHistory | None:
    """Makes a version of the prompt as the user sees it, saved or not, and writes the file; the
    versions of then, with this one as the current one, None where the file is deleted."""
    return await _keep_text(ls, folder, file, cause, writes=True)


async def _keep_text(
    ls: FourfoldServer, folder: Folder, file: StepFile, cause: Cause, *, writes: bool
) -> StepHistory | None:
    buffer = ls.open.prompts.at(file.path)
    text = buffer.text if buffer else None
    kept = await folder.ask(_keep, file, text, cause, writes)
    await folder.history_changed(file)
    return kept


def _keep(
    project: Project, file: StepFile, text: str | None, cause: Cause, writes: bool
) -> StepHistory | None:
    """Keeps `text`, or what is on disk where there is none. One call, so that nobody takes what
    is still on disk for a change by others."""
    if text is None:
        on_disk = project.disk_text(file)
        return project.keep(file, on_disk, cause) if on_disk is not None else None
    # What somebody else has put on disk meanwhile is about to be overwritten.
    project.read_from_disk([file])
    history = project.keep(file, text, cause)
    if writes:
        project.write_text(file, text)
    return history


def seen_version(ls: FourfoldServer, file: StepFile, history: StepHistory) -> Version:
    """The version whose text the user sees in the buffer, else the current one."""
    buffer = ls.open.prompts.at(file.path)
    return buffer.shown(history) if buffer else history.current_version


async def shown_version(
    ls: FourfoldServer, folder: Folder, file: StepFile, history: StepHistory
) -> tuple[StepHistory, Version]:
    """The version that the user sees, in the buffer or else in the file, which becomes one where
    it is none; with the history of then."""
    buffer = ls.open.prompts.at(file.path)
    if buffer is not None and (kept := history.holding(buffer.hash)) is not None:
        return history, kept
    text = buffer.text if buffer else await folder.ask(Project.disk_text, file)
    if text is not None and text != history.current_version.text:
        never = folder.settings.version_on_save == "never"
        history = await keep_text(ls, folder, file, "command" if never else "save") or history
    return history, history.current_version


async def text_without_version(ls: FourfoldServer, folder: Folder, file: StepFile) -> str | None:
    """The text that would be lost if the prompt got another one; None where a version has it."""
    buffer = ls.open.prompts.at(file.path)
    for text in (
        buffer.text if buffer else None,
        await folder.ask(Project.disk_text, file),
    ):
        if text is not None and not await folder.ask(Project.holds, file, text):
            return text
    return None


def _switch(file: StepFile, version: Version) -> Wanted:
    def make(project: Project) -> Change:
        switch = partial(project.switch, file, version.number)
        return change_with_file(project, file, version.text, switch)

    return Wanted(f"make {version.label} current", version.label, version.text, make)


async def _pick(ls: FourfoldServer, folder: Folder, file: StepFile, history: StepHistory) -> None:
    seen = seen_version(ls, file, history)
    others = {_choice(v): v for v in history.versions if v is not seen}
    if not others:
        ls.client.tell(
            f"{file.step} has only {history.newest.label}; change the prompt and save it to have "
            "versions to choose from."
        )
        return
    label = history.current_version.label
    chosen = await ls.client.ask(
        f"{label} of {file.step} is current. Which version instead?", list(others)
    )
    if chosen is not None:
        await _change(ls, folder, file, _switch(file, others[chosen]))


def _choice(version: Version) -> str:
    lines = figures.line_changes(version.lines_added, version.lines_removed)
    return f"{version.label} · {figures.local_time(version.created)} · {lines}"


async def _change(
    ls: FourfoldServer, folder: Folder, file: StepFile, wanted: Wanted
) -> VersionList:
    buffer = ls.open.prompts.at(file.path)
    if buffer is None or not buffer.saving:
        # What another program wrote just now counts as saved, and needs no question.
        await folder.ask(Project.read_from_disk, [file])
    if await text_without_version(ls, folder, file) is None:
        await _carry_out(ls, folder, file, wanted)
    else:
        ls.spawn(_ask_and_change(ls, folder, file, wanted))
    return await folder.version_list(file)


async def _ask_and_change(
    ls: FourfoldServer, folder: Folder, file: StepFile, wanted: Wanted
) -> None:
    answer = await ls.client.ask(
        f"{file.step} has changes that no version has. Before you {wanted.what}:",
        [SAVE_FIRST, DISCARD, CANCEL],
    )
    if answer == SAVE_FIRST:
        # No editor saves over a file that is newer than it knows. Where a save follows at once, the
        # file is left to that.
        await _keep_text(ls, folder, file, "command", writes=not ls.client.saves_switches)
    if answer in (SAVE_FIRST, DISCARD):
        await _carry_out(ls, folder, file, wanted)


async def _carry_out(ls: FourfoldServer, folder: Folder, file: StepFile, wanted: Wanted) -> None:
    """Edits the buffer where the editor has the file open, and leaves the rest to its save; else
    changes history and file."""
    buffer = ls.open.prompts.at(file.path)
    if buffer is None or await _has_already(folder, buffer, wanted.text):
        await folder.ask(wanted.make)
        await folder.history_changed(file)
    elif ls.client.applies_edits:
        giving = ls.spawn(_give(ls, buffer, wanted))
        await asyncio.wait({giving}, timeout=EDIT_HEAD_START_SECONDS)
    else:
        ls.client.tell(
            f"This editor takes no edits from a server, so {file.step} stays as it is: choose "
            f"“Make {wanted.label} current with the next save” among the code actions, or use "
            f"`fourfold use {file.step} {wanted.label}` in a terminal and reload the file."
        )


async def _has_already(folder: Folder, buffer: OpenPrompt, text: str) -> bool:
    """Whether nothing is left to edit or to save."""
    return buffer.text == text == await folder.ask(Project.disk_text, buffer.file)


async def _give(ls: FourfoldServer, buffer: OpenPrompt, wanted: Wanted) -> None:
    """Gives the buffer the text; asks first where the user has typed meanwhile."""
    folder, file, before, saves = buffer.folder, buffer.file, buffer.text, buffer.saves
    buffer.undoing = wanted.undoing
    if await ls.client.replace_text(buffer, wanted.text):
        ls.events.publish(VersionsChanged(()))
        if ls.client.saves_switches:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EDIT_HEAD_START_SECONDS):
                    await buffer.until(lambda: buffer.saves > saves)
    elif ls.open.prompts.at(file.path) is not buffer:
        return  # closed: nothing has changed
    elif buffer.text != before and await text_without_version(ls, folder, file) is not None:
        await _ask_and_change(ls, folder, file, wanted)
    elif buffer.text != wanted.text:
        ls.client.tell(
            f"The editor has not taken over {wanted.label} of {file.step}, so nothing has changed: "
            "reload the file and choose it again."
        )
