"""Fourfold's documents in the editor: virtual where it can read those, else read-only files."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from fourfold.app.contents import document_text
from fourfold.errors import FourfoldError
from fourfold.lsp.events import RunChanged, TestsChanged, VersionsChanged, WorkflowChanged
from fourfold.lsp.serving.view_files import delete_old, write_read_only
from fourfold.project.documents import Document, parse_path
from fourfold.project.project import Project
from fourfold.store.state_folder import STATE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from fourfold.app.answers.runs import UriOf
    from fourfold.app.answers.versions import VersionList
    from fourfold.app.rendering import RenderedStep
    from fourfold.app.testing.standing import Standings
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.project.documents import DocumentKind
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, StepHistory

REFRESH_SECONDS = 0.25
"""How often a document follows a response that streams, at most."""

T = TypeVar("T")
Render = Callable[["StepFile", str, Mapping[str, Any]], Awaitable["RenderedStep"]]

READ_SECONDS = 1.0
MOST_REFRESHES = 3
"""How long the editor may take to read a document again, and how often it is asked to: VS Code
passes over what it is asked about a document that is just being opened."""


@dataclass(slots=True)
class _Shown:
    """A document that the editor has read, under its spelling of the URI.

    `read` is set once it has been read after the last refresh.
    """

    uri: str
    changed: bool = False
    following: bool = False
    read: asyncio.Event = field(default_factory=asyncio.Event)


class Views:
    """The documents of one folder."""

    def __init__(
        self,
        project: ProjectThread,
        live: Callable[[str], Run | None],
        render: Render,
        standings: Callable[[StepFile], Standings],
    ) -> None:
        """`live` finds a run that goes on, with the response so far; `render` says what one would
        send; `standings` how texts stand on their tests, as far as that is known."""
        self._project = project
        self._client = project.host.client
        self._live = live
        self._render = render
        self._standings = standings
        self._shown: dict[Document, _Shown] = {}
        project.events.follow(RunChanged, lambda event: self._run_changed(event.run))
        project.events.follow(TestsChanged, self._tests_changed)
        project.events.follow(VersionsChanged, self._versions_changed)
        project.events.follow(WorkflowChanged, lambda _: self._workflow_changed())

    @property
    def _root(self) -> Path:
        return self._project.project.folder / STATE_FOLDER / "view"

    def uri(self, document: Document) -> str:
        """The URI under which this editor can read the document."""
        if self._client.reads_documents:
            return document.uri(self._project.project.key)
        return (self._root / document.path).as_uri()

    async def publish(self, build: Callable[[UriOf], T]) -> T:
        """A shape with URIs in it; where they are of files, the files are there when it returns."""
        given: list[Document] = []

        def uri_of(document: Document) -> str:
            given.append(document)
            return self.uri(document)

        shape = build(uri_of)
        if not self._client.reads_documents:
            for document in given:
                await self._write(document)
        return shape

    async def version_list(self, file: StepFile, history: StepHistory) -> VersionList:
        """The versions, with the URIs that this editor can read."""
        from fourfold.app.answers.versions import VersionList

        uri = self.prompt_uri(file)
        standings = self._standings(file)
        return await self.publish(
            lambda uri_of: VersionList.at(history, uri, file.suffix, uri_of, standings)
        )

    def prompt_uri(self, file: StepFile) -> str:
        """The URI of a prompt file, as the editor spells it where it has the file open."""
        return self._project.host.open_files.uri_of(file.path) or file.uri

    async def open(self, document: Document) -> str:
        """Shows the document to the user, and says its URI."""
        uri = self.uri(document)
        if not self._client.reads_documents:
            await self._write(document)
        self._project.host.spawn(self._client.show_document(uri))
        return uri

    async def text(self, document: Document, uri: str) -> str:
        """What the document says; from now on it follows what it is about under `uri`."""
        shown = self._shown.setdefault(document, _Shown(uri))
        shown.uri, read = uri, shown.read
        named: list[Document] = []

        def uri_of(other: Document) -> str:
            named.append(other)
            return self.uri(other)

        try:
            if document.kind == "rendering":
                return await self._rendering(document.step)
            said = await self._project.ask(document_text, document, self._live, uri_of)
        finally:
            read.set()
        if not self._client.reads_documents:
            for other in named:
                if not await asyncio.to_thread((self._root / other.path).exists):
                    await self._write(other)
        return said

    async def _rendering(self, step: str) -> str:
        from fourfold.app.rendering import rendering_document, text_to_render

        file = await self._project.ask(Project.step_file, step)
        buffer = self._project.host.open_files.text_of(file.path)
        text = await self._project.ask(text_to_render, file, None, buffer)
        try:
            return rendering_document(step, await self._render(file, text, {}))
        except FourfoldError as error:  # an input that has no value yet, say
            return rendering_document(step, error)

    async def tidy(self) -> None:
        """Deletes the files that nobody has asked for in a long time."""
        await asyncio.to_thread(delete_old, self._root)

    def find(self, path: Path) -> Document | None:
        """The document that a file below `.fourfold/view` is."""
        if not path.is_relative_to(self._root):
            return None
        return parse_path(path.relative_to(self._root).as_posix())

    def _run_changed(self, run: Run) -> None:
        """Lets the documents about this run follow it, not too often."""
        for document in self._shown:
            about_it = document.run == run.id or (
                document.step == run.step and run.version in document.versions
            )
            if about_it and document.kind != "version":
                self._changed(document)

    def _tests_changed(self, event: TestsChanged) -> None:
        self._changed_of("test-report", [event.step])

    def _versions_changed(self, event: VersionsChanged) -> None:
        self._changed_of("history", event.steps)
        self._changed_of("rendering", event.steps)

    def _changed_of(self, kind: DocumentKind, steps: Collection[str]) -> None:
        for document in self._shown:
            if document.kind == kind and document.step in steps:
                self._changed(document)

    def _workflow_changed(self) -> None:
        """Lets the documents about the workflow follow it."""
        for document in self._shown:
            if document.kind == "workflow":
                self._changed(document)

    def _changed(self, document: Document) -> None:
        shown = self._shown[document]
        shown.changed = True
        if not shown.following:
            shown.following = True
            self._project.host.spawn(self._follow(document, shown))

    async def _follow(self, document: Document, shown: _Shown) -> None:
        try:
            while shown.changed:
                shown.changed = False
                if self._client.reads_documents:
                    await self._refresh(shown)
                else:
                    await self._write(document)
                await asyncio.sleep(REFRESH_SECONDS)
        finally:
            shown.following = False

    async def _refresh(self, shown: _Shown) -> None:
        """Has the editor read the document again. One that is told of the next change before it has
        taken in the last one may make a text of both that is neither."""
        for _ in range(MOST_REFRESHES):
            shown.read = asyncio.Event()
            # Not awaited: an editor may read and never answer.
            self._project.host.spawn(self._client.refresh_document(shown.uri))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READ_SECONDS):
                    await shown.read.wait()
                return

    async def _write(self, document: Document) -> None:
        path = self._root / document.path
        try:
            text = await self.text(document, path.as_uri())
            await asyncio.to_thread(write_read_only, path, text)
        except OSError as error:
            self._project.tell_once(
                f"{path} could not be written ({error.strerror}), so the editor cannot show it; "
                "make room or the folder writable."
            )
        except FourfoldError:
            return  # what it is about is no longer kept
