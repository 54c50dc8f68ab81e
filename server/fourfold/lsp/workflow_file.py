"""The workflow.yaml that the editor has open, and what is known of the steps that it names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.lsp.convert import client_range
from fourfold.lsp.features import diagnostics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsprotocol import types
    from pygls.workspace import TextDocument

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.source.problem import Position, Problem, Range
    from fourfold.workflow.checking import Inputs, PromptInputs
    from fourfold.workflow.file.configuration import WorkflowConfig
    from fourfold.workflow.file.places import Place


class WorkflowFile:
    """A workflow.yaml open in the editor. `uri` is the editor's own spelling of its URI."""

    def __init__(self, uri: str, document: TextDocument, folder: Folder) -> None:
        self.uri = uri
        self.document = document
        self.folder = folder
        self.check: asyncio.TimerHandle | None = None
        """The look at its problems that is to come."""
        self._config: tuple[int | None, WorkflowConfig] | None = None
        self._inputs: PromptInputs | None = None
        self._reading = asyncio.Lock()

    @property
    def lines(self) -> Sequence[str]:
        """Its lines, without their ends."""
        return [line.rstrip("\r\n") for line in self.document.lines]

    async def config(self) -> WorkflowConfig:
        """What it says, as far as it can be read."""
        from fourfold.workflow.file.configuration import parse

        version = self.document.version
        if self._config is None or self._config[0] != version:
            read = await asyncio.to_thread(parse, self.document.source)
            self._config = (version, read)
        return self._config[1]

    async def inputs(self) -> dict[str, Inputs]:
        """The inputs of every step that has a prompt, as the editor or the disk has it."""
        from fourfold.workflow.checking import PromptInputs

        buffers = [one for one in self.folder.server.buffers if one.folder is self.folder]
        opened = {buffer.file.path: await buffer.template() for buffer in buffers}
        async with self._reading:
            if self._inputs is None:
                self._inputs = PromptInputs(self.folder.project)
            return await asyncio.to_thread(self._inputs.all, opened)

    async def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it, given the prompts and files that there are."""
        from fourfold.workflow.checking import check_workflow

        config, inputs = await self.config(), await self.inputs()
        return await asyncio.to_thread(check_workflow, self.folder.project, config, inputs)

    def position(self, position: types.Position) -> Position:
        """A position of the client in code points."""
        from fourfold.source.problem import Position

        document = self.document
        found = document.position_codec.position_from_client_units(document.lines, position)
        return Position(found.line, found.character)

    def client_range(self, range_: Range) -> types.Range:
        """A range in code points in the client's units."""
        return client_range(self.document, range_)

    def uri_of(self, path: Path) -> str:
        """The URI of a path in the workspace folder, as the editor spells it."""
        if (buffer := self.folder.server.buffers.of_path(path)) is not None:
            return buffer.uri
        return (self.folder.path / path.relative_to(self.folder.project.folder)).as_uri()

    def prompt_uri(self, step: str) -> str | None:
        """The URI of a step's prompt, where it has one."""
        found = self.folder.project.steps.find(step)
        return None if found is None else self.uri_of(found.path)

    def target(self, place: Place) -> str | None:
        """The URI of the prompt or the file that a place names, where there is one."""
        from fourfold.workflow.file.checks_files import file_state

        if place.kind != "file":
            return self.prompt_uri(place.value)
        folder = self.folder.project.folder
        if file_state(folder, place.value) != "there":
            return None
        return self.uri_of((folder / place.value).resolve())

    async def place_at(self, position: types.Position) -> Place | None:
        """The name that stands at a position, if one does."""
        from fourfold.workflow.file.places import place_at

        return place_at(await self.config(), self.position(position))


def find_folder(ls: FourfoldServer, path: Path) -> Folder | None:
    """The innermost folder whose workflow.yaml a file is."""
    for folder in sorted(ls.folders.values(), key=lambda one: -len(one.path.parts)):
        home = folder.project.steps.home
        if path.parent in (home, folder.path / home.relative_to(folder.project.folder)):
            return folder
    return None


def attach(ls: FourfoldServer, uri: str) -> bool:
    """Whether an open document is a workflow.yaml, which is looked at from now on."""
    folder = ls.workflow_folder(uri)
    if folder is None:
        if ls.workflow_files.pop(uri, None) is not None:
            diagnostics.clear(ls, uri)
        return False
    known = ls.workflow_files.get(uri)
    if known is None or known.folder is not folder or known.document is not ls.opened[uri]:
        known = ls.workflow_files[uri] = WorkflowFile(uri, ls.opened[uri], folder)
    diagnostics.check_soon(ls, known)
    return True


def prompts_changed(folder: Folder) -> None:
    """Looks again at the open workflow.yaml of a folder."""
    for file in list(folder.server.workflow_files.values()):
        if file.folder is folder:
            diagnostics.check_soon(folder.server, file)
