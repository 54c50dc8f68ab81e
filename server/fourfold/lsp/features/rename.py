"""textDocument/rename: a step of workflow.yaml with its prompt, its tests and its sub-steps."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import FourfoldError
from fourfold.lsp.convert import with_line_ends_of
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.server import FourfoldServer
    from fourfold.workflow.file.configuration import StepConfig
    from fourfold.workflow.file.renaming import NameEdit


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(
        ls: FourfoldServer, params: types.PrepareRenameParams
    ) -> types.PrepareRenamePlaceholder | None:
        from fourfold.workflow.file.renaming import last_part_range

        file = ls.open.at(params.text_document.uri)
        if not isinstance(file, OpenWorkflowFile):
            return None
        place = await file.place_at(params.position)
        if place is None or place.kind not in ("key", "step"):
            return None
        where = file.client_range(last_part_range(file.lines, place))
        return types.PrepareRenamePlaceholder(where, place.value.rpartition("/")[2])

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(ls: FourfoldServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        from fourfold.workflow.file.renaming import rename_edits
        from fourfold.workflow.renaming import step_rename

        file = ls.open.at(params.text_document.uri)
        if not isinstance(file, OpenWorkflowFile):
            return None
        place = await file.place_at(params.position)
        if place is None or place.kind not in ("key", "step"):
            raise FourfoldError("No step stands here; put the cursor on a step's name.")
        config = await file.config()
        old = place.value
        new = await file.folder.look(step_rename, config, old, params.new_name)
        if new.files and await _has_versions(file, new.step):
            raise FourfoldError(
                f"The versions of a prompt {new.step}, which is gone, are still kept; choose "
                "another name."
            )
        if new.files and not ls.client.renames_files:
            names = ", ".join(path.name for path, _ in new.files)
            raise FourfoldError(
                f"This editor cannot rename files, so {old} keeps its name; rename {names} "
                "yourself, then the step in workflow.yaml."
            )
        edits = rename_edits(file.lines, config, old, new.step)
        edits += await asyncio.to_thread(_kept_type, file, config.step(old), new.step)
        return _edit(ls, file, edits, new.files)


def _kept_type(file: OpenWorkflowFile, step: StepConfig | None, new: str) -> list[NameEdit]:
    """Says the type of a step that had it by its name alone."""
    from fourfold.steps.types import step_classes
    from fourfold.workflow.file.renaming import type_edit

    if step is None or step.type is not None:
        return []
    was, is_now = step.id.rpartition("/")[2], new.rpartition("/")[2]
    if was == is_now or was not in step_classes():
        return []
    edit = type_edit(file.lines, step, was)
    return [] if edit is None else [edit]


async def _has_versions(file: OpenWorkflowFile, step: str) -> bool:
    return await file.folder.ask(lambda project: project.store.state(step) is not None)


def _edit(
    ls: FourfoldServer,
    file: OpenWorkflowFile,
    names: list[NameEdit],
    files: list[tuple[Path, Path]],
) -> types.WorkspaceEdit:
    source = file.document.source
    edits = [
        types.TextEdit(file.client_range(one.range), with_line_ends_of(source, one.text))
        for one in names
    ]
    if not files and not ls.client.versions_edits:
        return types.WorkspaceEdit(changes={file.uri: edits})
    version = file.document.version if ls.client.versions_edits else None
    identifier = types.OptionalVersionedTextDocumentIdentifier(file.uri, version)
    # The names first: an editor that stops half-way has then renamed no file.
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(identifier, edits),
            *(types.RenameFile(file.uri_of(old), file.uri_of(new)) for old, new in files),
        ]
    )
