"""A test that is made of a run, as an edit of the tests file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.app.testing.saving import test_of_run
from fourfold.errors import FourfoldError
from fourfold.lsp.convert import client_range
from fourfold.lsp.pygls_repairs.documents import Codec, Document
from fourfold.source.problem import LineIndex

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.app.testing.saving import AddedTest
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.tests_file import OpenTestsFile
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile

EDIT_LABEL = "Fourfold: add a test"


async def make_test(ls: FourfoldServer, folder: Folder, file: StepFile, run: str) -> AddedTest:
    """The test that the inputs of a run are; FourfoldError where they can be none."""

    def opened(path: Path) -> str | None:
        buffer = _buffer(ls, path)
        return None if buffer is None else buffer.document.source

    return await folder.ask(test_of_run, file, run, opened)


def uri_of(ls: FourfoldServer, test: AddedTest) -> str:
    """The URI of its file, as the editor spells it where it has it open."""
    buffer = _buffer(ls, test.path)
    return test.path.as_uri() if buffer is None else buffer.uri


def edit_for(ls: FourfoldServer, test: AddedTest) -> types.WorkspaceEdit | None:
    """The edit that adds the test; None where this editor cannot make its file."""
    uri, buffer = uri_of(ls, test), _buffer(ls, test.path)
    before = test.before or ""
    codec = Codec(ls.workspace.position_encoding or "utf-16")
    document = Document(uri, source=before, position_codec=codec)
    at = client_range(document, LineIndex(before).range(*[test.insertion.offset] * 2))
    edit = types.TextEdit(at, test.insertion.text)
    if test.before is None and not ls.client.creates_files:
        return None
    if not ls.client.versions_edits:
        return types.WorkspaceEdit(changes={uri: [edit]}) if test.before is not None else None
    version = None if buffer is None else buffer.document.version
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    changes: list[types.CreateFile | types.TextDocumentEdit] = []
    if test.before is None:
        changes.append(
            types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
        )
    changes.append(types.TextDocumentEdit(identifier, [edit]))
    return types.WorkspaceEdit(document_changes=changes)


async def add_test(ls: FourfoldServer, test: AddedTest) -> None:
    """Puts the test into its file: in the editor, so that it can be undone, else on disk where
    nobody has the file open."""
    uri, edit = uri_of(ls, test), edit_for(ls, test)
    if edit is not None and ls.client.applies_edits:
        await ls.client.apply(edit, EDIT_LABEL)
    elif _buffer(ls, test.path) is not None:
        raise FourfoldError(
            "This editor takes no edits from a server: choose “Save the inputs” among the code "
            "actions of the prompt, or close the tests file first."
        )
    else:
        await asyncio.to_thread(test.path.write_bytes, test.after.encode())
    await ls.client.show_document(uri)


def _buffer(ls: FourfoldServer, path: Path) -> OpenTestsFile | None:
    return next((one for one in ls.open.tests_files() if one.path == path), None)
