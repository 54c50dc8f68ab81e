"""Commands that look at versions and change which one is current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app import saving
from fourfold.app.answers.files import Opened
from fourfold.app.switching import last_switch, switch_to
from fourfold.lsp.commands.seen import buffer_text, seen_version
from fourfold.lsp.commands.switching import change
from fourfold.lsp.commands.targets import target_of
from fourfold.project.documents import Document
from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.app.answers.versions import VersionList
    from fourfold.app.commands.versions import (
        ListVersions,
        SaveVersion,
        SetCurrentVersion,
        ShowHistory,
        ShowVersion,
        Undo,
    )
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory, Version


async def list_versions(ls: FourfoldServer, asked: ListVersions) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    return await folder.version_list(file)


async def show_version(ls: FourfoldServer, asked: ShowVersion) -> Opened:
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    version = history.version(asked.version or history.current)
    document = Document("version", file.step, (version.number,), suffix=file.suffix)
    return Opened(uri=await folder.views.open(document))


async def show_history(ls: FourfoldServer, asked: ShowHistory) -> Opened:
    folder, file, _ = await target_of(ls, asked.uri)
    await folder.history(file)
    return Opened(uri=await folder.views.open(Document("history", file.step)))


async def set_current_version(ls: FourfoldServer, asked: SetCurrentVersion) -> VersionList:
    """Answers at once; what has to be asked is asked afterwards."""
    folder, file, _ = await target_of(ls, asked.uri)
    history = await folder.history(file)
    if asked.version is None:
        ls.spawn(_pick(ls, folder, file, history))
    else:
        await change(ls, folder, switch_to(file, history.version(asked.version)))
    return await folder.version_list(file)


async def undo(ls: FourfoldServer, asked: Undo) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    seen = seen_version(ls, file, await folder.history(file))
    await change(ls, folder, await folder.ask(last_switch, file, seen))
    return await folder.version_list(file)


async def save_version(ls: FourfoldServer, asked: SaveVersion) -> VersionList:
    folder, file, _ = await target_of(ls, asked.uri)
    await folder.history(file)
    await folder.ask(saving.save_version, file, buffer_text(ls, file))
    await folder.history_changed(file)
    return await folder.version_list(file)


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
        await change(ls, folder, switch_to(file, others[chosen]))


def _choice(version: Version) -> str:
    lines = figures.line_changes(version.lines_added, version.lines_removed)
    return f"{version.label} · {figures.local_time(version.created)} · {lines}"
