"""Commands that look at versions and change which one is current."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from fourfold import figures
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.lsp.commands.arguments import Arguments
from fourfold.project.documents import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.lsp.buffers import Buffer
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Cause, StepHistory, Version
    from fourfold.versions.change import Change

SAVE_FIRST = "Save as a new version"
DISCARD = "Discard"
CANCEL = "Cancel"

EDIT_HEAD_START_SECONDS = 0.5
"""How long the answer to a command waits for the editor to take an edit."""


async def list_versions(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    folder, file, _ = await Arguments(ls, fields, ["uri"]).target()
    return await folder.version_list(file)


async def show_version(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    arguments = Arguments(ls, fields, ["uri", "version"])
    folder, file, _ = await arguments.target()
    history = await folder.history(file)
    number = arguments.number("version", 1) or history.current
    version = kept_version(history, number)
    document = Document("version", file.step, (version.number,), suffix=file.suffix)
    return {"uri": await folder.views.open(document)}


async def set_current_version(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    """Answers at once; what has to be asked is asked afterwards."""
    arguments = Arguments(ls, fields, ["uri", "version"])
    folder, file, _ = await arguments.target()
    history = await folder.history(file)
    number = arguments.number("version", 1)
    if number is None:
        ls.spawn(_pick(ls, folder, file, history))
        return await folder.version_list(file)
    kept_version(history, number)
    return await _change(
        ls, folder, file, lambda: folder.project.switch(file, number), f"make v{number} current"
    )


async def undo(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    folder, file, _ = await Arguments(ls, fields, ["uri"]).target()
    await folder.history(file)
    await folder.call(folder.project.require_undo, file)
    return await _change(ls, folder, file, lambda: folder.project.undo(file), "undo")


async def save_version(ls: FourfoldServer, fields: dict[str, Any]) -> dict[str, Any]:
    folder, file, _ = await Arguments(ls, fields, ["uri"]).target()
    await folder.history(file)
    await keep_text(ls, folder, file)
    return await folder.version_list(file)


async def keep_text(
    ls: FourfoldServer, folder: Folder, file: StepFile, cause: Cause = "command"
) -> None:
    """Makes a version of the prompt as the user sees it, saved or not, and writes the file."""
    buffer = ls.buffers.of_path(file.path)
    await folder.call(_keep, folder.project, file, buffer.text if buffer else None, cause)
    await folder.history_changed(file)


def _keep(project: Project, file: StepFile, text: str | None, cause: Cause) -> None:
    """Keeps `text`, or what is on disk where there is none. One call, so that nobody takes what
    is still on disk for a change by others."""
    if text is None:
        on_disk = project.disk_text(file)
        if on_disk is not None:
            project.save(file, on_disk, cause)
        return
    # What somebody else has put on disk meanwhile is about to be overwritten.
    project.read_from_disk([file])
    project.save(file, text, cause)
    project.write_current(file, in_editor=True)


async def shown_text(ls: FourfoldServer, folder: Folder, file: StepFile) -> str | None:
    """The prompt as the user sees it: the buffer's text, else the file's, if there is one."""
    buffer = ls.buffers.of_path(file.path)
    return buffer.text if buffer else await folder.call(folder.project.disk_text, file)


async def text_without_version(ls: FourfoldServer, folder: Folder, file: StepFile) -> str | None:
    """The text that would be lost if the prompt got another one; None where a version has it."""
    buffer = ls.buffers.of_path(file.path)
    for text in (
        buffer.text if buffer else None,
        await folder.call(folder.project.disk_text, file),
    ):
        if text is not None and not await folder.call(folder.project.holds, file, text):
            return text
    return None


def kept_version(history: StepHistory, number: int, field: str = "version") -> Version:
    """The version, or InvalidArgumentError on `field` that names those there are."""
    try:
        return history.version(number)
    except KeyError:
        kept = ", ".join(version.label for version in reversed(history.versions))
        raise InvalidArgumentError(
            field, f"{field}: {history.step} has no v{number}; kept are {kept}."
        ) from None


async def _pick(ls: FourfoldServer, folder: Folder, file: StepFile, history: StepHistory) -> None:
    others = {_choice(v): v for v in history.versions if v.number != history.current}
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
        number = others[chosen].number
        await _change(
            ls, folder, file, lambda: folder.project.switch(file, number), f"make v{number} current"
        )


def _choice(version: Version) -> str:
    lines = figures.line_changes(version.lines_added, version.lines_removed)
    return f"{version.label} · {figures.local_time(version.created)} · {lines}"


async def _change(
    ls: FourfoldServer,
    folder: Folder,
    file: StepFile,
    change: Callable[[], Change],
    what: str,
) -> dict[str, Any]:
    buffer = ls.buffers.of_path(file.path)
    if buffer is None or not buffer.saving:
        # What another program wrote just now counts as saved, and needs no question.
        await folder.call(folder.project.read_from_disk, [file])
    if await text_without_version(ls, folder, file) is None:
        await _carry_out(ls, folder, file, change)
    else:
        ls.spawn(_ask_and_change(ls, folder, file, change, what))
    return await folder.version_list(file)


async def _ask_and_change(
    ls: FourfoldServer, folder: Folder, file: StepFile, change: Callable[[], Change], what: str
) -> None:
    answer = await ls.client.ask(
        f"{file.step} has changes that no version has. Before you {what}:",
        [SAVE_FIRST, DISCARD, CANCEL],
    )
    if answer == SAVE_FIRST:
        await keep_text(ls, folder, file)
    if answer in (SAVE_FIRST, DISCARD):
        await _carry_out(ls, folder, file, change)


async def _carry_out(
    ls: FourfoldServer, folder: Folder, file: StepFile, change: Callable[[], Change]
) -> None:
    """Changes the history and the file, then the buffer where there is one."""
    buffer = ls.buffers.of_path(file.path)
    in_editor = buffer is not None and ls.client.applies_edits
    await folder.call(_change_and_write, folder.project, file, change, in_editor)
    version = (await folder.history_changed(file)).current_version
    if buffer is not None and buffer.text != version.text:
        replacing = ls.spawn(_replace_text(ls, buffer, version))
        await asyncio.wait({replacing}, timeout=EDIT_HEAD_START_SECONDS)


def _change_and_write(
    project: Project, file: StepFile, change: Callable[[], Change], in_editor: bool
) -> None:
    """One call, so that nobody takes what is still on disk for a change by others. Where the file
    cannot be written, the history is as before."""
    done = change()
    try:
        project.write_current(file, in_editor=in_editor)
    except FourfoldError:
        if done.before is not None:
            with contextlib.suppress(FourfoldError):
                project.switch(file, done.before)
        raise


async def _replace_text(ls: FourfoldServer, buffer: Buffer, version: Version) -> None:
    """Gives the buffer the version's text; asks first where the user has typed meanwhile."""
    folder, file, before = buffer.folder, buffer.file, buffer.text
    if await ls.client.replace_text(buffer, version.text):
        return
    if ls.buffers.of_path(file.path) is not buffer:
        return  # closed: the file alone counts
    if buffer.text != before and await text_without_version(ls, folder, file) is not None:
        await _ask_and_change(
            ls,
            folder,
            file,
            lambda: folder.project.switch(file, version.number),
            f"make {version.label} current",
        )
    elif buffer.text != version.text and await _is_current(folder, file, version):
        with contextlib.suppress(OSError):
            await folder.call(file.path.touch)  # so that the editor sees that it was changed
        ls.client.tell(
            f"{version.label} of {file.step} is current and in its file, but the editor has not "
            "taken it over: reload the file."
        )


async def _is_current(folder: Folder, file: StepFile, version: Version) -> bool:
    return (await folder.history(file)).current == version.number
