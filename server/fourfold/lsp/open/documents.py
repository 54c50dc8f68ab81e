"""All documents that the editor has open, and what each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.open.config_file import OpenConfigFile
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.prompts import OpenPrompts
from fourfold.lsp.open.tests_file import OpenTestsFile
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pygls.workspace import TextDocument

    from fourfold.lsp.folder import Folder
    from fourfold.project.steps import StepFile

Known = OpenPrompt | OpenWorkflowFile | OpenTestsFile | OpenConfigFile


class OpenDocuments:
    """By the editor's spelling of their URIs."""

    def __init__(self) -> None:
        self.prompts = OpenPrompts()
        self._documents: dict[str, TextDocument] = {}
        self._known: dict[str, Known] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._documents))

    def add(self, uri: str, document: TextDocument) -> None:
        """Nothing is known yet of what it is."""
        self._forget(uri)
        self._documents[uri] = document

    def remove(self, uri: str) -> None:
        self._forget(uri)
        self._documents.pop(uri, None)

    def document(self, uri: str) -> TextDocument | None:
        return self._documents.get(uri)

    def at(self, uri: str) -> Known | None:
        """What an open document is; None for one of no such kind, or that is not open."""
        return self._known.get(uri)

    def workflow_files(self, folder: Path) -> list[OpenWorkflowFile]:
        """The open workflow.yaml of a workspace folder, under each of its spellings."""
        return [
            one
            for one in self._known.values()
            if isinstance(one, OpenWorkflowFile) and one.folder.path == folder
        ]

    def tests_files(
        self, folder: Path | None = None, prompt: Path | None = None
    ) -> list[OpenTestsFile]:
        """The open tests files, those of a workspace folder, or those of a prompt in it."""
        return [
            one
            for one in self._known.values()
            if isinstance(one, OpenTestsFile)
            and folder in (None, one.folder.path)
            and prompt in (None, one.file.path)
        ]

    def config_files(self, folder: Path | None = None) -> list[OpenConfigFile]:
        """The open configurations of promptfoo's, or those of a workspace folder."""
        return [
            one
            for one in self._known.values()
            if isinstance(one, OpenConfigFile) and folder in (None, one.folder.path)
        ]

    def config_text(self, path: Path) -> str | None:
        """The text of the open configuration at `path`."""
        at = (one for one in self.config_files() if one.path == path)
        return next((one.document.source for one in at), None)

    def is_prompt(self, uri: str, folder: Folder, file: StepFile) -> OpenPrompt | None:
        """Takes down that an open document is a prompt, which is returned if that is news."""
        known = self._known.get(uri)
        if isinstance(known, OpenPrompt) and (known.folder, known.file) == (folder, file):
            return None
        self._forget(uri)
        prompt = self._known[uri] = OpenPrompt(uri, self._documents[uri], folder, file)
        self.prompts.add(prompt)
        return prompt

    def is_workflow_file(self, uri: str, folder: Folder) -> None:
        """Takes down that an open document is the workflow.yaml of a folder."""
        document = self._documents[uri]
        self._is(uri, OpenWorkflowFile(uri, document, folder, self.prompts))

    def is_tests_file(self, uri: str, folder: Folder, file: StepFile, path: Path) -> None:
        """Takes down that an open document holds the tests of a prompt."""
        document = self._documents[uri]
        self._is(uri, OpenTestsFile(uri, document, folder, file, path, self.prompts))

    def is_config_file(self, uri: str, folder: Folder, path: Path) -> None:
        """Takes down that an open document is a configuration of promptfoo's."""
        document = self._documents[uri]
        self._is(uri, OpenConfigFile(uri, document, folder, path, self.prompts))

    def is_other(self, uri: str) -> None:
        """Takes down that an open document is none of them."""
        self._forget(uri)

    def _is(self, uri: str, found: OpenWorkflowFile | OpenTestsFile | OpenConfigFile) -> None:
        """Keeps the one that is known where that is the same, with what it has read."""
        known = self._known.get(uri)
        if known is None or _identity(known) != _identity(found):
            self._forget(uri)
            self._known[uri] = found

    def _forget(self, uri: str) -> None:
        known = self._known.pop(uri, None)
        if isinstance(known, OpenPrompt):
            self.prompts.remove(known)


def _identity(known: Known) -> tuple[object, ...]:
    """What a document is, of which folder, and for which prompt."""
    file = None if isinstance(known, OpenWorkflowFile | OpenConfigFile) else known.file
    return (type(known), known.folder, file, known.document)
