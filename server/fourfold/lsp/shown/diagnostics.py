"""The list of problems of each open document, looked at again when it may be another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_document import TestsDocument
from fourfold.lsp.open.workflow_file import OpenWorkflowFile
from fourfold.lsp.shown import problems

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer

PAUSE_SECONDS = 0.3


class Diagnostics:
    """Tells the editor what is wrong, and nothing twice."""

    def __init__(self, server: FourfoldServer) -> None:
        self._server = server
        self._looks: dict[str, asyncio.TimerHandle] = {}
        self._told: dict[str, tuple[list[types.Diagnostic], int | None]] = {}

    def look_soon(self, uri: str) -> None:
        """Looks at the document once it has been left alone for a moment."""
        self._cancel_look(uri)
        self._looks[uri] = asyncio.get_running_loop().call_later(
            PAUSE_SECONDS, lambda: self._server.spawn(self._look(uri))
        )

    def explain(self, uri: str) -> None:
        """Says of a file that looks like a prompt and is none why it has no versions."""
        self._server.spawn(self._explain(uri))

    def forget(self, uri: str) -> None:
        """Takes all back that was said of a document."""
        self._cancel_look(uri)
        self._publish(uri, [], None)
        self._told.pop(uri, None)

    def _cancel_look(self, uri: str) -> None:
        if (look := self._looks.pop(uri, None)) is not None:
            look.cancel()

    async def _look(self, uri: str) -> None:
        await self._server.first_lens_answered()
        if (looked_at := self._server.open.at(uri)) is None:
            return
        version = looked_at.document.version
        match looked_at:
            case OpenPrompt():
                found = await problems.in_prompt(self._server, looked_at)
            case OpenWorkflowFile():
                found = await problems.in_workflow(self._server, looked_at)
            case TestsDocument():
                found = await problems.in_tests(looked_at)
        if self._server.open.at(uri) is looked_at and looked_at.document.version == version:
            self._publish(uri, found, version)

    async def _explain(self, uri: str) -> None:
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
