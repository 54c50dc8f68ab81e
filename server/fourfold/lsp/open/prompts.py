"""All prompts that the editor has open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompt import OpenPrompt


class OpenPrompts:
    """A file may be open under several spellings of its URI; the last one counts for its path."""

    def __init__(self) -> None:
        self._all: list[OpenPrompt] = []
        self._by_path: dict[Path, OpenPrompt] = {}

    def add(self, prompt: OpenPrompt) -> None:
        self._all.append(prompt)
        self._by_path[prompt.file.path] = prompt

    def remove(self, prompt: OpenPrompt) -> None:
        self._all.remove(prompt)
        if self._by_path.get(prompt.file.path) is prompt:
            del self._by_path[prompt.file.path]

    def at(self, path: Path) -> OpenPrompt | None:
        return self._by_path.get(path)

    def of(self, folder: Folder) -> Iterator[OpenPrompt]:
        """Those of one folder."""
        return (one for one in list(self._all) if one.folder is folder)

    def uris(self, folder: Path) -> list[str]:
        """The URIs of those of a workspace folder."""
        return [one.uri for one in self._all if one.folder.path == folder]

    def uri_of(self, path: Path) -> str | None:
        """The editor's spelling of the URI of the open prompt at `path`."""
        prompt = self.at(path)
        return None if prompt is None else prompt.uri

    def text_of(self, path: Path) -> str | None:
        """The text of the open prompt at `path`."""
        prompt = self.at(path)
        return None if prompt is None else prompt.text

    def is_saving(self, path: Path) -> bool:
        """Whether the editor is about to report a save of the prompt at `path`."""
        prompt = self.at(path)
        return prompt is not None and prompt.saving

    def steps(self, folder: Path) -> Collection[str]:
        """The steps of a workspace folder whose prompts are open."""
        return [one.file.step for one in self._all if one.folder.path == folder]
