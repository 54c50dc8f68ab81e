"""How another text comes into a prompt that the editor may have open: asked about, then edited."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from fourfold.app.saving import save_version
from fourfold.app.switching import Switch, UnkeptTextError, refuse_loss
from fourfold.lsp.commands.seen import buffer_text
from fourfold.lsp.events import VersionsChanged
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile

SAVE_FIRST = "Save as a new version"
DISCARD = "Discard"
CANCEL = "Cancel"

EDIT_HEAD_START_SECONDS = 0.5
"""How long the answer to a command waits for the editor to take an edit, and to save it."""


async def change(ls: FourfoldServer, folder: Folder, switch: Switch) -> None:
    """Gives the prompt the text, once its user has been asked where that loses one: then it goes on
    as a task."""
    buffer = ls.open.prompts.at(switch.file.path)
    if buffer is None or not buffer.saving:
        # What another program wrote just now counts as saved, and needs no question.
        await folder.ask(Project.read_from_disk, [switch.file])
    if await _would_lose_text(ls, folder, switch.file):
        ls.spawn(_ask_and_change(ls, folder, switch))
    else:
        await _carry_out(ls, folder, switch)


async def _would_lose_text(ls: FourfoldServer, folder: Folder, file: StepFile) -> bool:
    try:
        await folder.ask(refuse_loss, file, buffer_text(ls, file))
    except UnkeptTextError:
        return True
    return False


async def _ask_and_change(ls: FourfoldServer, folder: Folder, switch: Switch) -> None:
    file = switch.file
    what = "undo" if switch.undoing else f"make {switch.label} current"
    answer = await ls.client.ask(
        f"{file.step} has changes that no version has. Before you {what}:",
        [SAVE_FIRST, DISCARD, CANCEL],
    )
    if answer == SAVE_FIRST:
        # No editor saves over a file that is newer than it knows. Where a save follows at once, the
        # file is left to that.
        writes = not ls.client.saves_switches
        await folder.ask(save_version, file, buffer_text(ls, file), writes=writes)
        await folder.history_changed(file)
    if answer in (SAVE_FIRST, DISCARD):
        await _carry_out(ls, folder, switch, discards=answer == DISCARD)


async def _carry_out(
    ls: FourfoldServer, folder: Folder, switch: Switch, *, discards: bool = False
) -> None:
    """Edits the buffer where the editor has the file open, and leaves the rest to its save; else
    changes history and file."""
    file = switch.file
    buffer = ls.open.prompts.at(file.path)
    if buffer is None or await _has_already(folder, buffer, switch.text):
        await folder.ask(lambda project: switch.carry_out(project, discards=discards))
        await folder.history_changed(file)
    elif ls.client.applies_edits:
        giving = ls.spawn(_give(ls, buffer, switch))
        await asyncio.wait({giving}, timeout=EDIT_HEAD_START_SECONDS)
    else:
        ls.client.tell(
            f"This editor takes no edits from a server, so {file.step} stays as it is: choose "
            f"“Make {switch.label} current with the next save” among the code actions, or use "
            f"`fourfold use {file.step} {switch.label}` in a terminal and reload the file."
        )


async def _has_already(folder: Folder, buffer: OpenPrompt, text: str) -> bool:
    """Whether nothing is left to edit or to save."""
    return buffer.text == text == await folder.ask(Project.disk_text, buffer.file)


async def _give(ls: FourfoldServer, buffer: OpenPrompt, switch: Switch) -> None:
    """Gives the buffer the text; asks first where the user has typed meanwhile."""
    folder, file, before, saves = buffer.folder, buffer.file, buffer.text, buffer.saves
    buffer.undoing = switch.undoing
    if await ls.client.replace_text(buffer, switch.text):
        ls.events.publish(VersionsChanged(()))
        if ls.client.saves_switches:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EDIT_HEAD_START_SECONDS):
                    await buffer.until(lambda: buffer.saves > saves)
    elif ls.open.prompts.at(file.path) is not buffer:
        return  # closed: nothing has changed
    elif buffer.text != before and await _would_lose_text(ls, folder, file):
        await _ask_and_change(ls, folder, switch)
    elif buffer.text != switch.text:
        ls.client.tell(
            f"The editor has not taken over {switch.label} of {file.step}, so nothing has changed: "
            "reload the file and choose it again."
        )
