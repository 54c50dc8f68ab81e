"""The language server: who is served, and what stops with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any

from fourfold import __version__
from fourfold.lsp.buffers import Buffers
from fourfold.lsp.convert import path_of
from fourfold.lsp.lenses import Lenses
from fourfold.lsp.protocol import Protocol
from fourfold.lsp.push_out import PushOutWarnings
from fourfold.lsp.pygls_repairs.server import BaseServer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from pathlib import Path

    from pygls.workspace import TextDocument

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.lsp.client import Client
    from fourfold.lsp.commands.table import Handler
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.workflow_file import WorkflowFile
    from fourfold.project.steps import StepFile
    from fourfold.settings import WorkspaceSettings

logger = logging.getLogger(__name__)

QUIET_START_SECONDS = 1.0
"""How long the first lens may keep the rest of the start waiting: VS Code needs 0.4 s to ask."""

SETTLE_SECONDS = 0.5
"""How long a run waits for settings that are just being changed."""


class FourfoldServer(BaseServer):
    """One editor's server: its workspace folders, its open prompts, its models."""

    client: Client

    def __init__(self) -> None:
        super().__init__("fourfold", __version__, Protocol)
        self.buffers = Buffers()
        self.lenses = Lenses(self)
        self.push_outs = PushOutWarnings()
        self.workflow_files: dict[str, WorkflowFile] = {}
        """Each workflow.yaml that the editor has open, by its spelling of the URI."""
        self.folders: dict[Path, Folder] = {}
        self.roots: list[Path] = []
        """The workspace folders that the editor named in `initialize`."""
        self.opened: dict[str, TextDocument] = {}
        """All documents that the editor has open, prompts or not, by its spelling of their URIs."""
        self.initial_settings: dict[str, Any] = {}
        """The editor's settings as `initialize` brought them."""
        self.editor_settings: dict[str, Any] = {}
        self.configuring: asyncio.Task[Any] | None = None
        """The last change of the editor's settings, being taken in or done."""
        self.answered_first = asyncio.Event()
        """Set once the first lens is answered, or nobody has asked for one in time."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._registries: dict[str, LLMIntegrationRegistry] = {}

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

    def add_folder(self, path: Path) -> Folder:
        """Serves a workspace folder, if it is not served yet."""
        from fourfold.lsp.folder import Folder

        path = _served(path)
        known = self.folders.get(path)
        if known is None:
            known = self.folders[path] = Folder(self, path)
            self.spawn(known.disk.start())
        return known

    def change_folders(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Serves other workspace folders from now on."""
        for path in removed:
            if (folder := self.folders.pop(_served(path), None)) is not None:
                self.spawn(folder.close())
        for path in added:
            self.add_folder(path)
        self.attach_all()

    def attach_all(self) -> None:
        """Looks again which open documents are prompts, since folders have changed."""
        from fourfold.lsp.features.synchronization import attach

        for uri in self.opened:
            attach(self, uri)
        self.lenses.refresh_soon()

    def find_step(self, path: Path) -> tuple[Folder, StepFile] | None:
        """The step that a file is, in the innermost folder of which it is one."""
        for folder in sorted(self.folders.values(), key=lambda f: -len(f.path.parts)):
            if (file := folder.project.step_at(path)) is not None:
                return folder, file
        return None

    def step_of(self, uri: str) -> tuple[Folder, StepFile] | None:
        """The step of a prompt file's URI. A file outside all folders brings its own folder, and so
        does one in a folder of prompts that the editor took for the workspace."""
        path = path_of(uri)
        if path is None:
            return None
        found = self.find_step(path)
        if found is None and (home := home_of(path)) is not None and not self._is_inside(home):
            self.add_folder(home)
            found = self.find_step(path)
        return found

    def why_no_step(self, uri: str, *, told: bool = False) -> str | None:
        """Why a URI is of no step; with `told` only where the user has to be told."""
        from fourfold.project.project import real_place
        from fourfold.prompts.formats import says_prompt
        from fourfold.store.state_folder import STATE_FOLDER

        path = path_of(uri)
        if path is None or STATE_FOLDER in path.parts:
            return None if told else "it is no file of a workspace folder"
        folders = [one for one in self.folders.values() if path.is_relative_to(one.path)]
        if not folders:
            outside = "it is in no workspace folder; open its folder"
            return None if told and not says_prompt(path.as_posix()) else outside
        project = max(folders, key=lambda one: len(one.path.parts)).project
        if told and not project.steps.is_like_prompt(real_place(path)):
            return None
        return project.why_no_step(path)

    def workflow_folder(self, uri: str) -> Folder | None:
        """The folder whose workflow.yaml a URI is, brought in as in `step_of`."""
        from fourfold.lsp.workflow_file import find_folder
        from fourfold.project.project import WORKFLOW_FILE

        path = path_of(uri)
        if path is None or path.name != WORKFLOW_FILE:
            return None
        found = find_folder(self, path)
        if found is None and (home := home_of(path)) is not None and not self._is_inside(home):
            found = self.add_folder(home)
        return found

    def _is_inside(self, path: Path) -> bool:
        return any(
            path.is_relative_to(known)
            for folder in self.folders.values()
            for known in (folder.path, folder.project.folder)
        )

    def registry(self, settings: WorkspaceSettings) -> LLMIntegrationRegistry:
        """The models, shared by all folders whose settings say the same of them."""
        key = json.dumps([settings.idle_timeout, settings.models], default=str)
        if key not in self._registries:
            from fourfold.llm.user_models import make_registry

            ask_key = self.client.key if self.client.stores_keys else None
            self._registries[key] = make_registry(settings, ask_key, self._model_answered)
        return self._registries[key]

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


def create_server() -> FourfoldServer:
    """A server with every feature and command, ready to be run by `io`."""
    from fourfold.lsp.commands.table import COMMANDS, handler_of
    from fourfold.lsp.features import (
        code_action,
        code_lens,
        completion,
        definition,
        document_link,
        hover,
        lifecycle,
        rename,
        synchronization,
        text_document_content,
    )

    server = FourfoldServer()
    for feature in (
        lifecycle,
        synchronization,
        code_lens,
        code_action,
        hover,
        completion,
        definition,
        document_link,
        rename,
        text_document_content,
    ):
        feature.register(server)
    for name in COMMANDS:
        _register_command(server, name, handler_of)
    return server


def _register_command(
    server: FourfoldServer, name: str, handler_of: Callable[[str], Handler]
) -> None:
    @server.command(name)
    async def execute(fields: dict[str, Any]) -> Any:
        return await handler_of(name)(server, fields)


def _served(path: Path) -> Path:
    """The folder that is served for a workspace folder: of one in a folder of prompts it is the
    one that has these prompts."""
    from fourfold.project.places import Places
    from fourfold.settings import find_folder, load_settings

    if find_folder(path) == path:
        return path
    home = find_folder(path.parent)
    if home is None:
        return path
    settings = load_settings(home)
    inside = path.relative_to(home).as_posix()
    if "." in settings.folders or not Places(home, settings).is_below_folders(f"{inside}/x"):
        return path
    return home


def home_of(path: Path) -> Path | None:
    """The workspace folder of a file that was opened without one: the nearest above it that has
    prompts, or its repository, if the file is a prompt or the workflow there."""
    from fourfold.project.project import WORKFLOW_FILE
    from fourfold.project.steps import StepFiles
    from fourfold.settings import find_folder, load_settings

    folder = find_folder(path.parent)
    if folder is None:
        return None
    files = StepFiles(folder, load_settings(folder))
    is_workflow = path == files.home / WORKFLOW_FILE
    return folder if is_workflow or files.of_path(path) is not None else None
