"""The editor's buffers: opened, changed, saved, closed, renamed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp import workflow_file
from fourfold.lsp.buffers import Buffer
from fourfold.lsp.convert import path_of
from fourfold.lsp.features import diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    # Not async: what a later message asks for must see what an earlier one has done.
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: FourfoldServer, params: types.DidOpenTextDocumentParams) -> None:
        uri = params.text_document.uri
        if (document := ls.open_document(uri)) is not None:
            ls.opened[uri] = document
            ls.buffers.remove(uri)
            attach(ls, uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: FourfoldServer, params: types.DidChangeTextDocumentParams) -> None:
        if (buffer := ls.buffers.of_uri(params.text_document.uri)) is not None:
            buffer.changed()
            ls.push_outs.look(buffer)
            diagnostics.check_soon(ls, buffer)
            workflow_file.prompts_changed(buffer.folder)
        elif (workflow := ls.workflow_files.get(params.text_document.uri)) is not None:
            diagnostics.check_soon(ls, workflow)

    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE)
    def will_save(ls: FourfoldServer, params: types.WillSaveTextDocumentParams) -> None:
        if (buffer := ls.buffers.of_uri(params.text_document.uri)) is not None:
            buffer.will_save(params.reason)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def did_save(ls: FourfoldServer, params: types.DidSaveTextDocumentParams) -> None:
        buffer = ls.buffers.of_uri(params.text_document.uri)
        if buffer is None:
            if (workflow := ls.workflow_files.get(params.text_document.uri)) is not None:
                diagnostics.check_soon(ls, workflow)
            return
        buffer.folder.saves.take_in(buffer.file, buffer.did_save())
        diagnostics.check_soon(ls, buffer)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: FourfoldServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.opened.pop(params.text_document.uri, None)
        ls.buffers.remove(params.text_document.uri)
        ls.lenses.forget(params.text_document.uri)
        ls.workflow_files.pop(params.text_document.uri, None)
        diagnostics.clear(ls, params.text_document.uri)

    @server.feature(
        types.WORKSPACE_DID_RENAME_FILES,
        types.FileOperationRegistrationOptions(
            [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
        ),
    )
    async def did_rename(ls: FourfoldServer, params: types.RenameFilesParams) -> None:
        for renamed in params.files:
            old, new = path_of(renamed.old_uri), path_of(renamed.new_uri)
            if old is not None and new is not None:
                await _rename(ls, old, new)


def attach(ls: FourfoldServer, uri: str) -> None:
    """Makes an open document the buffer of the step that it is, or says why it is none."""
    if workflow_file.attach(ls, uri):
        return
    found = ls.step_of(uri)
    known = ls.buffers.of_uri(uri)
    if known is not None and (known.folder, known.file) == found:
        return
    ls.buffers.remove(uri)
    if found is None:
        diagnostics.explain_no_step(ls, uri, ls.opened[uri])
        return
    buffer = Buffer(uri, ls.opened[uri], *found)
    ls.buffers.add(buffer)
    buffer.folder.opened(buffer.file, buffer.text)
    diagnostics.check_soon(ls, buffer)


async def _rename(ls: FourfoldServer, old: Path, new: Path) -> None:
    """Renames a prompt file, or all below a renamed folder."""
    for before, after in await asyncio.to_thread(_renamed_files, old, new):
        was, is_now = ls.find_step(before), ls.find_step(after)
        if was is None or is_now is None or was[0] is not is_now[0]:
            continue
        folder = was[0]
        if await folder.call(folder.project.rename, was[1], is_now[1]):
            folder.histories.pop(was[1].step, None)
        await folder.history_changed(is_now[1])


def _renamed_files(old: Path, new: Path) -> list[tuple[Path, Path]]:
    if not new.is_dir():
        return [(old, new)]
    return [(old / path.relative_to(new), path) for path in new.rglob("*") if path.is_file()]
