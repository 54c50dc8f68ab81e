"""The edit that gives a step of workflow.yaml, its prompt, its tests and its sub-steps a name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import FourfoldError
from fourfold.lsp.convert import with_line_ends_of
from fourfold.steps.types import step_classes
from fourfold.workflow.file.renaming import rename_edits, type_edit
from fourfold.workflow.renaming import step_rename

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.client import Client
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.workflow.file.configuration import StepConfig
    from fourfold.workflow.file.renaming import NameEdit


async def rename_step(
    client: Client, file: OpenWorkflowFile, old: str, name: str
) -> types.WorkspaceEdit:
    """Gives the step `old` the last part `name`; FourfoldError where it cannot have it."""
    config = await file.config()
    new = await file.folder.look(step_rename, config, old, name)
    if new.files and await _has_versions(file, new.step):
        raise FourfoldError(
            f"The versions of a prompt {new.step}, which is gone, are still kept; choose "
            "another name."
        )
    if new.files and not client.renames_files:
        names = ", ".join(path.name for path, _ in new.files)
        raise FourfoldError(
            f"This editor cannot rename files, so {old} keeps its name; rename {names} "
            "yourself, then the step in workflow.yaml."
        )
    edits = rename_edits(file.lines, config, old, new.step)
    edits += await asyncio.to_thread(_kept_type, file, config.step(old), new.step)
    return _edit(client, file, edits, new.files)


def _kept_type(file: OpenWorkflowFile, step: StepConfig | None, new: str) -> list[NameEdit]:
    """Says the type of a step that had it by its name alone."""
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
    client: Client,
    file: OpenWorkflowFile,
    names: list[NameEdit],
    files: list[tuple[Path, Path]],
) -> types.WorkspaceEdit:
    source = file.document.source
    edits = [
        types.TextEdit(file.client_range(one.range), with_line_ends_of(source, one.text))
        for one in names
    ]
    if not files and not client.versions_edits:
        return types.WorkspaceEdit(changes={file.uri: edits})
    version = file.document.version if client.versions_edits else None
    identifier = types.OptionalVersionedTextDocumentIdentifier(file.uri, version)
    # The names first: an editor that stops half-way has then renamed no file.
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(identifier, edits),
            *(types.RenameFile(file.uri_of(old), file.uri_of(new)) for old, new in files),
        ]
    )
