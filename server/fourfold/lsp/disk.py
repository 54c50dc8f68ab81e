"""What other programs do to a workspace folder: taken in at the start, and as it happens."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.lsp.workflow_file import prompts_changed
from fourfold.project.ignoring import GIT_IGNORE
from fourfold.settings import WORKSPACE_FILE
from fourfold.store.errors import StoreError
from fourfold.store.state_folder import STATE_FOLDER
from fourfold.workflow.input_files import input_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.project.steps import StepFile
    from fourfold.versions.reader import Sight
    from fourfold.versions.scan import Taken
    from fourfold.versions.watcher import FolderWatcher

RETRY_SECONDS = 5.0
"""When to try again what a full disk or a held database has prevented."""

SLOWER_SECONDS = 1.0
"""How often to look at a file that somebody goes on writing to for longer than a command waits."""

BATCH = 50
"""Files taken in at once, so that what the user does never waits long behind them."""


class Disk:
    """Keeps one folder's history in step with its files."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._watcher: FolderWatcher | None = None
        self._watched: frozenset[Path] = frozenset()
        self._retry: asyncio.Task[None] | None = None
        self._taking_in = asyncio.Lock()
        self._wanted = False
        self._in_use = False
        self._inputs: set[Path] = set()

    async def start(self) -> None:
        """Opens the store, watches, and takes in what changed while no server ran."""
        folder = self._folder
        await folder.server.first_lens_answered()
        for problem in folder.project.settings.problems:
            folder.tell_once(problem)
        self._in_use = self._wanted or folder.project.is_used
        if not self._in_use:
            await self._watch()
            if not self._wanted:
                return
            await self.stop()  # a prompt was opened meanwhile
            self._in_use = True
        try:
            await folder.call(self._open)
        except FourfoldError as error:
            folder.tell_once(str(error))
            self._later(self.start)
            return
        await self._watch()
        await self.take_in_all()
        prompts_changed(folder)  # since what happened before it was watched is told by nobody
        if await folder.call(folder.project.store.end_interrupted_runs):
            await folder.reread()
        folder.announce([])  # for lenses that could not be shown before
        await folder.views.tidy()
        await folder.runs.warm_up()
        folder.server.spawn(folder.runs.learn_models())
        await folder.workflow.offer_to_resume()

    def _open(self) -> None:
        # Its first answer only marks from where on changes by others count.
        self._folder.project.store.changed_elsewhere()

    async def stop(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            await asyncio.to_thread(watcher.stop)

    async def restart(self) -> None:
        """Starts anew, since the folder came into use or its prompts now live elsewhere."""
        await self.stop()
        await self.start()

    def use(self) -> None:
        """A prompt is in use: from now on all of them are recorded."""
        if not self._wanted:
            self._wanted = True
            if self._watcher is not None and not self._in_use:
                self._folder.server.spawn(self.restart())

    async def _workflow_touched(self) -> None:
        """workflow.yaml has changed, or a file that it names."""
        project = self._folder.project
        self._folder.workflow.changed()
        if input_paths(project.workflow(), project.folder) != self._inputs:
            await self._watch()

    async def _watch(self) -> None:
        """Watches prompts, settings, the database, and the files that steps take as inputs, as far
        as they are there by now."""
        try:
            await asyncio.to_thread(self._watch_now, self._listener())
        except OSError as error:
            self._folder.tell_once(
                f"{self._folder.path} cannot be watched ({error.strerror}), so changes by other "
                "programs are taken in only when Fourfold starts."
            )
        for problem in self._folder.project.steps.problems():
            self._folder.tell_once(problem)

    def _listener(self) -> Callable[[set[Path]], None]:
        loop = asyncio.get_running_loop()

        def on_touched(paths: set[Path]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed while the server ends
                loop.call_soon_threadsafe(lambda: self._folder.server.spawn(self._touched(paths)))

        return on_touched

    def _watch_now(self, on_touched: Callable[[set[Path]], None]) -> None:
        from fourfold.versions.watcher import FolderWatcher

        project = self._folder.project
        self._watched = project.steps.overview().folders
        self._inputs = input_paths(project.workflow(), project.folder)
        folders = {
            *self._watched,
            project.folder / STATE_FOLDER,
            *(path.parent for path in self._inputs),
        }
        if self._watcher is not None:
            self._watcher.watch(folders)
            return
        watcher = FolderWatcher(project.folder, on_touched)
        watcher.start(folders)
        self._watcher = watcher

    async def _touched(self, paths: set[Path]) -> None:
        folder, project = self._folder, self._folder.project
        if project.folder / WORKSPACE_FILE in paths:
            await folder.configure()
        moved = await asyncio.to_thread(self._have_moved, paths)
        if moved:
            project.steps.look_again()
            await self._watch()
        if moved or await asyncio.to_thread(self._are_prompts, paths):
            prompts_changed(folder)
            if not self._in_use:
                folder.workflow.tell()
        if not self._in_use:
            if project.is_used:
                await self.restart()
            return
        if not paths.isdisjoint({project.workflow_file, *self._inputs}):
            await self._workflow_touched()
        state = project.folder / STATE_FOLDER
        if any(state in (path, path.parent) for path in paths):
            if state in paths:  # deleted perhaps, and made again
                await folder.call(self._open)
                await self._watch()
                moved = True  # what others have recorded in another database meanwhile
            if await folder.call(project.store.changed_elsewhere):
                await folder.call(project.remember_ids)
                await folder.reread()
        if moved:
            await self.take_in_all()
            return
        found = await folder.call(lambda: [project.step_at(path) for path in paths])
        await self._take_in([file for file in found if file is not None])

    def _have_moved(self, paths: set[Path]) -> bool:
        """Whether folders of prompts may have come, gone, or count as such from now on."""
        steps = self._folder.project.steps
        return any(
            path in self._watched
            or path.name == GIT_IGNORE
            or (path.is_dir() and steps.may_hold_prompts(path))
            for path in paths
        )

    def _are_prompts(self, paths: set[Path]) -> bool:
        return any(self._folder.project.steps.of_path(path) is not None for path in paths)

    async def take_in_all(self) -> None:
        """Records every step as it is on disk, in batches."""
        files = iter(await asyncio.to_thread(self._folder.project.steps.all))
        with self._folder.workflow.held():
            while batch := await self._folder.call(lambda: list(islice(files, BATCH))):
                await self._take_in(batch)

    async def _take_in(
        self,
        files: Sequence[StepFile],
        waited: float = 0.0,
        sights: Mapping[str, Sight] | None = None,
    ) -> None:
        """Records what is on disk; files that have been written to for `waited` seconds, and how
        they looked last."""
        folder = self._folder
        settled = [
            file
            for file in files
            if not ((buffer := folder.server.buffers.of_path(file.path)) and buffer.saving)
        ]
        if not settled:
            return
        async with self._taking_in:
            if self._is_retrying:
                return  # each try may take seconds, in which the folder's thread does nothing else
            try:
                taken = await folder.call(
                    folder.project.read_from_disk, settled, patience=0.0, sights=sights
                )
            except StoreError as error:
                folder.tell_once(str(error))
                self.try_again()
                return
        await self._report(settled, taken)
        if taken.unfinished:
            left = [file for file in settled if file.step in taken.unfinished]
            folder.server.spawn(self._take_in_later(left, waited, taken.sights))

    async def _take_in_later(
        self, files: Sequence[StepFile], waited: float, sights: Mapping[str, Sight]
    ) -> None:
        from fourfold.versions.reader import LEFT_ALONE_SECONDS, PATIENCE_SECONDS

        pause = LEFT_ALONE_SECONDS if waited < PATIENCE_SECONDS else SLOWER_SECONDS
        await asyncio.sleep(pause)
        await self._take_in(files, waited + pause, sights)

    async def _report(self, files: Sequence[StepFile], taken: Taken) -> None:
        folder = self._folder
        for old, _ in taken.renames:
            folder.histories.pop(old, None)
        for file in files:
            self._note_readable(file, taken.unreadable.get(file.step))
        changed = {change.step for change in taken.changes if change.kind != "none"}
        changed.update(new for _, new in taken.renames)
        everything = folder.server.client.wants_events
        await folder.reread(step for step in changed if everything or folder.is_open(step))

    def _note_readable(self, file: StepFile, reason: str | None) -> None:
        from fourfold.lsp.features.diagnostics import check_soon

        folder = self._folder
        if reason == folder.unreadable.get(file.step):
            return
        if reason is None:
            del folder.unreadable[file.step]
        else:
            folder.unreadable[file.step] = reason
        if (buffer := folder.server.buffers.of_path(file.path)) is not None:
            check_soon(folder.server, buffer)

    def try_again(self) -> None:
        """Takes everything in once more, a little later, since something could not be kept."""
        self._later(self._take_in_again)

    async def _take_in_again(self) -> None:
        self._folder.saves.again()  # first, since what the user saved is the user's
        await self.take_in_all()

    @property
    def _is_retrying(self) -> bool:
        return self._retry is not None and not self._retry.done()

    def _later(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def later() -> None:
            await asyncio.sleep(RETRY_SECONDS)
            self._retry = None
            await work()

        if not self._is_retrying:
            self._retry = self._folder.server.spawn(later())
