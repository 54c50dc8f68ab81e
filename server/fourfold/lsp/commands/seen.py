"""What the editor's user has before them: the buffer where the prompt is open, else the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app import saving

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory, Version


def buffer_text(ls: FourfoldServer, file: StepFile) -> str | None:
    """The text in the buffer; None where the editor does not have the prompt open."""
    return ls.open.prompts.text_of(file.path)


def seen_tests(ls: FourfoldServer, file: StepFile) -> dict[Path, str]:
    """The tests of a prompt in buffers, by the files that they are of."""
    open_ = [*ls.open.tests_files(prompt=file.path), *ls.open.config_files()]
    return {one.path: one.document.source for one in open_}


def seen_version(ls: FourfoldServer, file: StepFile, history: StepHistory) -> Version:
    """The version whose text the user sees in the buffer, else the current one."""
    buffer = ls.open.prompts.at(file.path)
    return buffer.shown(history) if buffer else history.current_version


async def version_to_run(
    ls: FourfoldServer, folder: Folder, file: StepFile, history: StepHistory
) -> tuple[StepHistory, Version]:
    """As `app.saving.seen_version`; the editor is told of what has become a version."""
    buffer = buffer_text(ls, file)
    now, version = await folder.ask(saving.seen_version, file, history, buffer)
    if now is not history:
        await folder.history_changed(file)
    return now, version
