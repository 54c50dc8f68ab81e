"""The language server of one editor: what it has open, which folders it serves, its models."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any

from fourfold import __version__
from fourfold.lsp.events import DocumentFoundOut, Events, PlacesChanged, VersionsChanged
from fourfold.lsp.folders import Folders
from fourfold.lsp.open.documents import OpenDocuments
from fourfold.lsp.protocol import Protocol
from fourfold.lsp.pygls_repairs.server import BaseServer
from fourfold.lsp.uris import ConfigFile, TestsFile, Uris, WorkflowFile

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable
    from pathlib import Path

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.prompts import OpenPrompts
    from fourfold.lsp.serving.editor_models import EditorModels
    from fourfold.settings import WorkspaceSettings

logger = logging.getLogger(__name__)

QUIET_START_SECONDS = 1.0
"""How long the first lens may keep the rest of the start waiting: VS Code needs 0.4 s to ask."""

SETTLE_SECONDS = 0.5
"""How long a run waits for settings that are just being changed."""


class FourfoldServer(BaseServer):
    """What features and commands work on. `events` are those of all folders and documents."""

    client: Client

    def __init__(self) -> None:
        super().__init__("fourfold", __version__, Protocol)
        self.events = Events()
        self.open = OpenDocuments()
        self.folders = Folders(self)
        self.uris = Uris(self.folders, self.open)
        self.roots: list[Path] = []
        """The workspace folders that the editor named in `initialize`."""
        self.initial_settings: dict[str, Any] = {}
        """The editor's settings as `initialize` brought them."""
        self.editor_settings: dict[str, Any] = {}
        self.configuring: asyncio.Task[Any] | None = None
        """The last change of the editor's settings, being taken in or done."""
        self.answered_first = asyncio.Event()
        """Set once the first lens is answered, or nobody has asked for one in time."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._registries: dict[str, LLMIntegrationRegistry] = {}
        self.editor_models: EditorModels | None = None
        self.events.follow(PlacesChanged, lambda _: self.spawn(self.look_again()))

    @property
    def open_files(self) -> OpenPrompts:
        return self.open.prompts

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Goes on with `work` in the background; what it raises is told to the user."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._spawned)
        return task

    def _spawned(self, task: asyncio.Task[Any]) -> None:
        from fourfold.errors import FourfoldError

        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, FourfoldError):
            self.client.tell(str(error), error=True)
        else:
            logger.error("Work in the background failed.", exc_info=error)

    async def first_lens_answered(self) -> None:
        """Returns once the first lens is answered: until then nothing else may take time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_START_SECONDS):
                await self.answered_first.wait()
        self.answered_first.set()

    async def settings_settled(self) -> None:
        """Returns once changed settings are taken in, but waits for no slow editor."""
        if self.configuring is not None:
            await asyncio.wait({self.configuring}, timeout=SETTLE_SECONDS)

    async def configure(self, pulled: dict[str, Any]) -> None:
        """Goes on with these settings of the editor, which win over those of `initialize`."""
        given = {name: value for name, value in pulled.items() if value is not None}
        settings = {**self.initial_settings, **given}
        if settings != self.editor_settings:
            self.editor_settings = settings
            for folder in list(self.folders.values()):
                await folder.configure()

    async def change_folders(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Serves other workspace folders from now on."""
        for path in removed:
            await self.folders.remove(path)
        for path in added:
            await self.folders.add(path)
        await self.look_again()

    async def look_again(self) -> None:
        """Looks again what the open documents are."""
        for uri in self.open:
            await self.find_out(uri)
        self.events.publish(VersionsChanged(()))

    async def find_out(self, uri: str) -> None:
        """Finds out what an open document is."""
        document = self.open.document(uri)
        found = await self.uris.file(uri)
        if document is None or self.open.document(uri) is not document:
            return  # it was closed meanwhile
        if isinstance(found, WorkflowFile):
            self.open.is_workflow_file(uri, found.folder)
        elif isinstance(found, TestsFile):
            self.open.is_tests_file(uri, *found)
        elif isinstance(found, ConfigFile):
            self.open.is_config_file(uri, *found)
        elif found is None:
            self.open.is_other(uri)
        elif (prompt := self.open.is_prompt(uri, *found)) is None:
            return
        else:
            prompt.folder.opened(prompt.file, prompt.text)
        self.events.publish(DocumentFoundOut(uri))

    def registry(self, settings: WorkspaceSettings) -> LLMIntegrationRegistry:
        """The models, shared by all folders whose settings say the same of them."""
        key = json.dumps([settings.idle_timeout, settings.models], default=str)
        if key not in self._registries:
            from fourfold.llm.user_models import make_registry

            ask_key = self.client.key if self.client.stores_keys else None
            registry = make_registry(settings, ask_key, self._model_answered)
            if self.client.asks_models:
                self._offer_editor_models(registry, settings)
            self._registries[key] = registry
        return self._registries[key]

    def _offer_editor_models(
        self, registry: LLMIntegrationRegistry, settings: WorkspaceSettings
    ) -> None:
        from fourfold.lsp.serving.editor_models import NAME, EditorModels

        models = self.editor_models or EditorModels(self.client, settings.idle_timeout)
        self.editor_models = models
        registry.register(NAME, lambda: models)

    def _model_answered(self) -> None:
        for folder in self.folders.values():
            folder.models_known()

    async def on_close(self) -> None:
        from fourfold.steps.processes import end_groups

        end_groups()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(folder.close() for folder in self.folders.values()))
        for registry in self._registries.values():
            await registry.close()
