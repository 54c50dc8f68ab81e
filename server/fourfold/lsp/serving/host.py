"""What the parts of a folder need of the server that they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection, Coroutine
    from pathlib import Path

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.lsp.client import Client
    from fourfold.lsp.events import Events
    from fourfold.settings import WorkspaceSettings


class OpenFiles(Protocol):
    """The prompts that the editor has open."""

    def uri_of(self, path: Path) -> str | None:
        """The editor's spelling of the URI of the open prompt at `path`."""

    def text_of(self, path: Path) -> str | None:
        """The text of the open prompt at `path`."""

    def is_saving(self, path: Path) -> bool:
        """Whether the editor is about to report a save of the prompt at `path`."""

    def steps(self, folder: Path) -> Collection[str]:
        """The steps of a workspace folder whose prompts are open."""


class Host(Protocol):
    """The server of one editor."""

    client: Client
    events: Events
    editor_settings: dict[str, Any]

    @property
    def open_files(self) -> OpenFiles: ...

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Goes on with `work` in the background; what it raises is told to the user."""

    def registry(self, settings: WorkspaceSettings) -> LLMIntegrationRegistry:
        """The models of these settings."""

    async def first_lens_answered(self) -> None:
        """Returns once the first lens is answered: until then nothing else may take time."""
