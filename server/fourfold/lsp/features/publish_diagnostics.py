"""textDocument/publishDiagnostics: problems, once the user has stopped typing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import (
    DocumentClosed,
    DocumentFoundOut,
    ProblemsChanged,
    TestsEdited,
    TextChanged,
    TextSaved,
    VersionsChanged,
)
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_document import TestsDocument
from fourfold.lsp.open.workflow_file import OpenWorkflowFile
from fourfold.lsp.shown import problems

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.server import FourfoldServer

PAUSE_SECONDS = 0.3


def register(server: FourfoldServer) -> None:
    Diagnostics(server)


class Diagnostics:
    """Looks at what is open again after all that its problems may depend on."""

    def __init__(self, server: FourfoldServer) -> None:
        self._server = server
        self._checks: dict[str, asyncio.TimerHandle] = {}
        self._told: dict[str, tuple[list[types.Diagnostic], int | None]] = {}
        server.events.follow(DocumentFoundOut, self._found_out)
        server.events.follow(TextChanged, self._text_changed)
        server.events.follow(TextSaved, lambda event: self._check_soon(event.uri))
        server.events.follow(VersionsChanged, self._versions_changed)
        server.events.follow(DocumentClosed, self._closed)
        server.events.follow(ProblemsChanged, self._problems_changed)
        server.events.follow(TestsEdited, self._tests_edited)

    def _found_out(self, event: DocumentFoundOut) -> None:
        if self._server.open.at(event.uri) is None:
            self._server.spawn(self._explain(event.uri))
        else:
            self._check_soon(event.uri)

    def _text_changed(self, event: TextChanged) -> None:
        self._check_soon(event.uri)
        if isinstance(prompt := self._server.open.at(event.uri), OpenPrompt):
            self._check_workflow(prompt.folder.path)
            self._check_tests(prompt.folder.path, prompt.file.path)

    def _tests_edited(self, event: TestsEdited) -> None:
        for uri in self._server.open.prompts.uris(event.folder):
            self._check_soon(uri)

    def _versions_changed(self, event: VersionsChanged) -> None:
        for tests in self._server.open.tests_files():
            if tests.file.step in event.steps:
                self._check_soon(tests.uri)
        for config in self._server.open.config_files():
            if event.steps:
                self._check_soon(config.uri)

    def _closed(self, event: DocumentClosed) -> None:
        if (check := self._checks.pop(event.uri, None)) is not None:
            check.cancel()
        self._publish(event.uri, [], None)
        self._told.pop(event.uri, None)

    def _problems_changed(self, event: ProblemsChanged) -> None:
        prompts = self._server.open.prompts
        if event.path is not None:
            if (uri := prompts.uri_of(event.path)) is not None:
                self._check_soon(uri)
            return
        self._check_workflow(event.folder)
        self._check_tests(event.folder)
        if event.all_prompts:
            for uri in prompts.uris(event.folder):
                self._check_soon(uri)

    def _check_workflow(self, folder: Path) -> None:
        for file in self._server.open.workflow_files(folder):
            self._check_soon(file.uri)

    def _check_tests(self, folder: Path, prompt: Path | None = None) -> None:
        """Looks again at the tests of all prompts of a folder, or of one."""
        for tests in self._server.open.tests_files(folder, prompt):
            self._check_soon(tests.uri)
        for config in self._server.open.config_files(folder):
            self._check_soon(config.uri)

    def _check_soon(self, uri: str) -> None:
        """Looks at the document once it has been left alone for a moment."""
        if (earlier := self._checks.get(uri)) is not None:
            earlier.cancel()
        self._checks[uri] = asyncio.get_running_loop().call_later(
            PAUSE_SECONDS, lambda: self._server.spawn(self._check(uri))
        )

    async def _check(self, uri: str) -> None:
        await self._server.first_lens_answered()
        if (checked := self._server.open.at(uri)) is None:
            return
        version = checked.document.version
        match checked:
            case OpenPrompt():
                found = await problems.in_prompt(self._server, checked)
            case OpenWorkflowFile():
                found = await problems.in_workflow(self._server, checked)
            case TestsDocument():
                found = await problems.in_tests(checked)
        if self._server.open.at(uri) is checked and checked.document.version == version:
            self._publish(uri, found, version)

    async def _explain(self, uri: str) -> None:
        """Says of a file that looks like a prompt and is none why it has no versions."""
        found = await problems.of_no_prompt(self._server, uri)
        document = self._server.open.document(uri)
        if document is None or self._server.open.at(uri) is not None:
            return
        if found or uri in self._told:
            self._publish(uri, found, document.version)

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None) -> None:
        told = version if self._server.client.versions_diagnostics else None
        if self._told.get(uri) == (found, told):
            return  # nothing is new
        self._told[uri] = (found, told)
        params = types.PublishDiagnosticsParams(uri, found, told)
        self._server.text_document_publish_diagnostics(params)
