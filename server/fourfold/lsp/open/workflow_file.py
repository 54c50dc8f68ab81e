"""The workflow.yaml that the editor has open, and what is known of the steps that it names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.lsp.convert import client_range, code_points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsprotocol import types
    from pygls.workspace import TextDocument

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompts import OpenPrompts
    from fourfold.project.project import Project
    from fourfold.source.problem import Position, Problem, Range
    from fourfold.workflow.checking import Inputs, PromptInputs
    from fourfold.workflow.file.configuration import WorkflowConfig
    from fourfold.workflow.file.places import Place


class OpenWorkflowFile:
    """A workflow.yaml open in the editor. `uri` is the editor's own spelling of its URI."""

    def __init__(
        self, uri: str, document: TextDocument, folder: Folder, prompts: OpenPrompts
    ) -> None:
        self.uri = uri
        self.document = document
        self.folder = folder
        self._prompts = prompts
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

        prompts = list(self._prompts.of(self.folder))
        opened = {prompt.file.path: await prompt.template() for prompt in prompts}
        async with self._reading:
            if self._inputs is None:
                self._inputs = await self.folder.look(PromptInputs)
            return await asyncio.to_thread(self._inputs.all, opened)

    async def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it, given the prompts and files that there are."""
        from fourfold.workflow.checking import check_workflow

        config, inputs = await self.config(), await self.inputs()
        return await self.folder.look(check_workflow, config, inputs)

    def position(self, position: types.Position) -> Position:
        """A position of the client in code points."""
        return code_points(self.document, position)

    def client_range(self, range_: Range) -> types.Range:
        """A range in code points in the client's units."""
        return client_range(self.document, range_)

    def uri_of(self, path: Path) -> str:
        """The URI of a path in the workspace folder, as the editor spells it."""
        spelled = self._prompts.uri_of(path)
        return spelled or (self.folder.path / path.relative_to(self.folder.real_path)).as_uri()

    async def prompt_uri(self, step: str) -> str | None:
        """The URI of a step's prompt, where it has one."""
        found = await self.folder.look(_prompt_path, step)
        return None if found is None else self.uri_of(found)

    async def targets(self, places: Sequence[Place]) -> list[str | None]:
        """The URIs of the prompts and the files that places name, where there are some."""
        paths = await self.folder.look(lambda project: [_path(project, one) for one in places])
        return [None if path is None else self.uri_of(path) for path in paths]

    async def place_at(self, position: types.Position) -> Place | None:
        """The name that stands at a position, if one does."""
        from fourfold.workflow.file.places import place_at

        return place_at(await self.config(), self.position(position))


def _path(project: Project, place: Place) -> Path | None:
    """The prompt or the file that a place names, if it is there."""
    from fourfold.workflow.file.checks_files import file_state

    if place.kind != "file":
        return _prompt_path(project, place.value)
    if file_state(project.folder, place.value) != "there":
        return None
    return (project.folder / place.value).resolve()


def _prompt_path(project: Project, step: str) -> Path | None:
    found = project.steps.find(step)
    return None if found is None else found.path
