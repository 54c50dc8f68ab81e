"""What a URI is: nobody else asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from fourfold.lsp.convert import path_of
from fourfold.lsp.open.documents import Known

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.folders import Folders
    from fourfold.lsp.open.documents import OpenDocuments
    from fourfold.project.documents import Document
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


class PromptFile(NamedTuple):
    """The file of a prompt."""

    folder: Folder
    file: StepFile


class WorkflowFile(NamedTuple):
    """The workflow.yaml of a folder."""

    folder: Folder


class TestsFile(NamedTuple):
    """The file at `path`, which holds the tests of the prompt `file`."""

    folder: Folder
    file: StepFile
    path: Path


class ConfigFile(NamedTuple):
    """The file at `path`, which is a configuration of promptfoo's."""

    folder: Folder
    path: Path


class FolderDocument(NamedTuple):
    """One of the documents that Fourfold writes about a folder."""

    folder: Folder
    document: Document


File = PromptFile | WorkflowFile | TestsFile | ConfigFile
What = Known | File | FolderDocument


class Uris:
    """Tells what URIs are, in the folders that are served and among what is open."""

    def __init__(self, folders: Folders, opened: OpenDocuments) -> None:
        self._folders = folders
        self._open = opened

    async def what(self, uri: str) -> What | None:
        """What a URI is, however it is spelled; None where it is nothing of Fourfold's."""
        if (known := self._open.at(uri) or self.document(uri)) is not None:
            return known
        found = await self.file(uri)
        if isinstance(found, PromptFile):
            return self._open.prompts.at(found.file.path) or found
        return found

    def document(self, uri: str) -> FolderDocument | None:
        """Which of Fourfold's own documents a URI is."""
        if uri.startswith("fourfold:"):
            from fourfold.project.documents import parse_uri

            key, document = parse_uri(uri) or ("", None)
            folder = next((one for one in self._folders.values() if one.key == key), None)
            return FolderDocument(folder, document) if folder and document else None
        if (path := path_of(uri)) is not None:
            for folder in self._folders.values():
                if (document := folder.views.find(path)) is not None:
                    return FolderDocument(folder, document)
        return None

    async def file(self, uri: str) -> File | None:
        """What the file at a URI is, whether the editor has it open or not."""
        if (path := path_of(uri)) is None:
            return None
        if (home := await self._folders.workflow_folder(path)) is not None:
            return WorkflowFile(home)
        found = await self._folders.step_of(path)
        return await self._with_tests(path) if found is None else PromptFile(*found)

    async def _with_tests(self, path: Path) -> TestsFile | ConfigFile | None:
        from fourfold.app.testing.files import is_configuration, may_hold_tests, tested_prompts

        if is_configuration(path) and (home := self._folders.holding(path)) is not None:
            return ConfigFile(home, home.real_path / path.relative_to(home.path))
        if may_hold_tests(path):
            for prompt in await asyncio.to_thread(tested_prompts, path):
                if (found := await self._folders.step_of(prompt)) is not None:
                    folder, file = found
                    at = file.path.parent / path.relative_to(prompt.parent)  # links aside
                    return TestsFile(folder, file, at)
        return None

    async def why_no_prompt(self, uri: str, *, told: bool = False) -> str | None:
        """Why a URI is no prompt; with `told` only where the user has to be told."""
        from fourfold.prompts.formats import says_prompt
        from fourfold.store.state_folder import STATE_FOLDER

        path = path_of(uri)
        if path is None or STATE_FOLDER in path.parts:
            return None if told else "it is no file of a workspace folder"
        folder = self._folders.holding(path)
        if folder is None:
            outside = "it is in no workspace folder; open its folder"
            return None if told and not says_prompt(path.as_posix()) else outside
        return await folder.look(_why_no_prompt, path, told)


def _why_no_prompt(project: Project, path: Path, told: bool) -> str | None:
    from fourfold.project.project import real_place

    if told and not project.steps.is_like_prompt(real_place(path)):
        return None
    return project.why_no_step(path)
