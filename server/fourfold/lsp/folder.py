"""One workspace folder being served: its project on a thread of its own, watched."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from fourfold.app.shapes import version_list
from fourfold.lsp.boards import Boards
from fourfold.lsp.disk import Disk
from fourfold.lsp.runs import FolderRuns
from fourfold.lsp.saves import Saves
from fourfold.lsp.views import Views
from fourfold.lsp.workflow import FolderWorkflow
from fourfold.project.project import Project
from fourfold.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory

P = ParamSpec("P")
T = TypeVar("T")

TOLD_AT_ONCE = 50
"""Steps that the editor is told of at once, so that what the user does never waits long for it."""


class Folder:
    """Serves the workspace folder at `path`.

    `histories` are the steps' versions as they were last read, for answers that may not wait.
    `unreadable` says of steps why their files can have no versions.
    """

    def __init__(self, server: FourfoldServer, path: Path) -> None:
        self.server = server
        self.path = path
        self.project = Project(path, load_settings(path, server.editor_settings))
        self.histories: dict[str, StepHistory] = {}
        self.unreadable: dict[str, str] = {}
        self.views = Views(self)
        self.runs = FolderRuns(self)
        self.boards = Boards(self)
        self.workflow = FolderWorkflow(self)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fourfold-store")
        self.disk = Disk(self)
        self.saves = Saves(self)
        self._told: set[str] = set()
        self._closed = False

    def call(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Calls on the folder's own thread, where its project and its store are used, in the order
        in which this was called. What goes on for a folder that is closed is cancelled."""
        if self._closed:
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        called = loop.run_in_executor(self._thread, partial(function, *args, **kwargs))
        called.add_done_callback(lambda _: self.tell_notices())
        return called

    async def history(self, file: StepFile) -> StepHistory:
        """The step's versions as the database has them now; the editor is told of what is new."""
        history = await self.call(self.project.history, file)
        before = self.histories.get(file.step)
        self.histories[file.step] = history
        if before not in (None, history):
            self.announce([file.step])
        return history

    async def reread(self, steps: Iterable[str] | None = None) -> None:
        """Reads the versions of these steps again, or of all that are known, and tells the editor
        where they have changed."""
        changed = []
        wanted = list(self.histories if steps is None else steps)
        for step, history in (await self.call(self.project.store.histories, wanted)).items():
            if history is None:
                self.histories.pop(step, None)
            elif history != self.histories.get(step):
                self.histories[step] = history
                changed.append(step)
        if changed:
            self.announce(changed)

    def announce(self, steps: Iterable[str]) -> None:
        """Tells the editor that steps have changed."""
        names = list(steps)
        self.boards.changed(names)
        if self.server.client.wants_events:
            for start in range(0, len(names), TOLD_AT_ONCE):
                self.server.spawn(self._tell_versions(names[start : start + TOLD_AT_ONCE]))
        self.workflow.changed()
        self.server.lenses.refresh_soon()

    async def _tell_versions(self, steps: Sequence[str]) -> None:
        for file in await self.call(lambda: [self.project.find_step(step) for step in steps]):
            if file is not None and (history := self.histories.get(file.step)) is not None:
                self.server.client.event(
                    "fourfold/versionsChanged", await self._version_list(file, history)
                )

    async def version_list(self, file: StepFile) -> dict[str, Any]:
        """VersionList, with the URIs that this editor can read."""
        return await self._version_list(file, await self.history(file))

    async def _version_list(self, file: StepFile, history: StepHistory) -> dict[str, Any]:
        uri = self.prompt_uri(file)
        return await self.views.publish(
            lambda uri_of: version_list(history, uri, file.suffix, uri_of)
        )

    def prompt_uri(self, file: StepFile) -> str:
        """The URI of a prompt file, as the editor spells it where it has the file open."""
        buffer = self.server.buffers.of_path(file.path)
        return buffer.uri if buffer else file.uri

    def opened(self, file: StepFile, text: str) -> None:
        """Takes in a file that the editor opened, before it can be changed."""
        self.server.spawn(self._opened(file, self.saves.opened(file, text)))

    async def _opened(self, file: StepFile, seeding: asyncio.Future[None]) -> None:
        await seeding
        self.disk.use()
        if self.project.step_at(file.path) != file:  # it was given another id once
            self.server.attach_all()

    async def history_changed(self, file: StepFile) -> StepHistory:
        """As `history`, and tells the editor also of a step that it has not seen before."""
        first = file.step not in self.histories
        history = await self.history(file)
        if first:
            self.announce([file.step])
        return history

    def is_open(self, step: str) -> bool:
        """Whether somebody looks at this step: only then is its history worth reading."""
        return step in self.histories or any(
            buffer.folder is self and buffer.file.step == step for buffer in self.server.buffers
        )

    async def configure(self) -> None:
        """Reads the settings again, after any source of them has changed."""
        settings = await asyncio.to_thread(load_settings, self.path, self.server.editor_settings)
        was = self.project.settings
        moved = (settings.folders, settings.exclude) != (was.folders, was.exclude)
        self.project.configure(settings)
        if moved:
            self.histories.clear()
            self.server.attach_all()
            await self.disk.restart()
        self.workflow.changed()
        for problem in settings.problems:
            self.tell_once(problem)

    def models_known(self) -> None:
        """Says what is wrong with the models that are named, now that more is known of them."""
        from fourfold.llm.user_models import model_warnings
        from fourfold.lsp.features.diagnostics import check_soon
        from fourfold.lsp.workflow_file import prompts_changed

        settings = self.project.settings
        for sentence in model_warnings(settings, self.server.registry(settings)):
            self.tell_once(sentence)
        for buffer in self.server.buffers:
            if buffer.folder is self:
                check_soon(self.server, buffer)
        prompts_changed(self)

    def tell_once(self, sentence: str) -> None:
        """Says something that stays true, and so is said only once."""
        if sentence not in self._told:
            self._told.add(sentence)
            self.server.client.tell(sentence, error=True)

    def forget_told(self) -> None:
        """All is well again, so what goes wrong next is said again."""
        self._told.clear()

    def tell_notices(self) -> None:
        """Says what opening the store has found, if anything, whoever had it opened."""
        while self.project.notices:
            self.server.client.tell(self.project.notices.pop(0), error=True)

    async def close(self) -> None:
        await self.disk.stop()
        await self.boards.close()
        await self.runs.close()
        await self.saves.close()
        closing = self.call(self.project.close)
        self._closed = True
        await closing
        self._thread.shutdown(wait=False, cancel_futures=True)
