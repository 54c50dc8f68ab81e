"""The lenses that the editor shows: on a prompt's first line, in workflow.yaml, above tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from lsprotocol.types import CodeLens, Position, Range

from fourfold.errors import FourfoldError
from fourfold.lsp.convert import FIRST_LINE
from fourfold.lsp.events import DocumentClosed, TestsChanged, VersionsChanged, WorkflowChanged
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_document import TestsDocument
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from pygls.workspace import TextDocument

    from fourfold.lsp.server import FourfoldServer


class Lenses:
    """Answers the editor, and has it ask again where a lens that it shows would be another.

    It is not asked to where they would be the same: VS Code then draws none for half a second.
    """

    def __init__(self, server: FourfoldServer) -> None:
        self._server = server
        self._shown: dict[str, asyncio.Task[list[CodeLens] | None]] = {}
        self._stale = False
        self._refreshing = False
        server.events.follow(VersionsChanged, lambda _: self._refresh_soon())
        server.events.follow(WorkflowChanged, lambda _: self._refresh_soon())
        server.events.follow(TestsChanged, self._tests_changed)
        server.events.follow(DocumentClosed, lambda event: self._shown.pop(event.uri, None))

    async def ask(self, uri: str) -> list[CodeLens] | None:
        """The lenses of a document; None where it is of no kind that has some."""
        reading = self._shown[uri] = asyncio.ensure_future(self._read(uri))
        return await reading

    def _tests_changed(self, event: TestsChanged) -> None:
        if not event.goes_on:  # until then the editor would be busy with nothing else
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        """Looks at all that are shown: once more for all that changes meanwhile."""
        self._stale = self._server.client.refreshes_lenses
        if self._stale and not self._refreshing:
            self._refreshing = True
            self._server.spawn(self._refresh())

    async def _refresh(self) -> None:
        try:
            while self._stale:
                self._stale = False
                if await self._would_be_others():
                    await self._server.client.refresh_lenses()
        finally:
            self._refreshing = False

    async def _would_be_others(self) -> bool:
        for uri, asked in list(self._shown.items()):
            await asyncio.wait({asked})
            if asked.cancelled():
                continue  # by the editor, which shows nothing of it
            shown = None if asked.exception() else asked.result()
            now = None
            with contextlib.suppress(FourfoldError):  # said to whoever asks
                now = await self._read(uri)
            if now != shown:
                return True
        return False

    async def _read(self, uri: str) -> list[CodeLens] | None:
        match self._server.open.at(uri):
            case OpenWorkflowFile() as file:
                return numbered(file.document, await _in_workflow(file))
            case TestsDocument() as tests:
                return numbered(tests.document, await _above_tests(tests))
            case OpenPrompt() as prompt:
                try:
                    return numbered(prompt.document, await self._on_prompt(prompt))
                finally:
                    self._server.answered_first.set()
        return _of_document(self._server, uri) or None

    async def _on_prompt(self, prompt: OpenPrompt) -> list[CodeLens]:
        from fourfold.lsp.shown.menu import lens_commands
        from fourfold.project.project import UnsavedPromptError

        try:
            history = await prompt.history()
        except UnsavedPromptError:
            return []
        commands = lens_commands(
            prompt,
            history,
            stale=await prompt.is_stale(),
            standings=prompt.standings(history),
            shows_runs=self._server.client.renders_boards,
        )
        return [CodeLens(FIRST_LINE, command) for command in commands]


def numbered(document: TextDocument, lenses: list[CodeLens]) -> list[CodeLens]:
    """The lenses of a line at one character after another, as far as it has some: there are editors
    that sort them by it, and leave the order of equals to chance."""
    before: Counter[int] = Counter()
    for lens in lenses:
        at = lens.range.start.line
        text = document.lines[at].rstrip("\r\n") if at < len(document.lines) else ""
        units = document.position_codec.client_num_units(text[: before[at]])
        before[at] += 1
        lens.range = Range(Position(at, units), Position(at, units))
    return lenses


def _of_document(server: FourfoldServer, uri: str) -> list[CodeLens]:
    from fourfold.lsp.shown.document_menu import document_commands

    return [CodeLens(FIRST_LINE, command) for command in document_commands(server, uri)]


async def _in_workflow(file: OpenWorkflowFile) -> list[CodeLens]:
    from fourfold.lsp.shown.workflow_menu import read_entries

    return [CodeLens(at, command) for at, command, _ in await read_entries(file)]


async def _above_tests(file: TestsDocument) -> list[CodeLens]:
    from fourfold.lsp.shown.tests_menu import read_lenses
    from fourfold.project.project import UnsavedPromptError

    try:
        return await read_lenses(file)
    except UnsavedPromptError:
        return []
