"""What other programs do to a workspace folder: taken in at the start, and as it happens."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import islice
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.settings import WORKSPACE_FILE
from fourfold.store.database import STATE_FOLDER
from fourfold.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.project.steps import StepFile
    from fourfold.versions.scan import Taken
    from fourfold.versions.watcher import FolderWatcher

QUIET_START_SECONDS = 0.5
"""How long the first lens may keep the rest of the start waiting."""

RETRY_SECONDS = 5.0
"""When to try again what a full disk or a held database has prevented."""

BATCH = 50
"""Files taken in at once, so that what the user does never waits long behind them."""


class Disk:
    """Keeps one folder's history in step with its files."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._watcher: FolderWatcher | None = None
        self._retry: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Opens the store, watches, and takes in what changed while no server ran."""
        folder = self._folder
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_START_SECONDS):
                await folder.server.answered_first.wait()
        for problem in folder.project.settings.problems:
            folder.tell_once(problem)
        try:
            await folder.call(lambda: folder.project.store)
        except FourfoldError as error:
            folder.tell_once(str(error))
            return
        folder.tell_notices()
        await self._watch()
        await self.take_in_all()
        if await folder.call(folder.project.store.end_interrupted_runs):
            await folder.reread()
        await folder.runs.warm_up()

    async def stop(self) -> None:
        if self._watcher is not None:
            await asyncio.to_thread(self._watcher.stop)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()

        def on_touched(paths: set[Path]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed while the server ends
                loop.call_soon_threadsafe(lambda: self._folder.server.spawn(self._touched(paths)))

        try:
            self._watcher = await asyncio.to_thread(self._start_watcher, on_touched)
        except OSError as error:
            self._folder.tell_once(
                f"{self._folder.path} cannot be watched ({error.strerror}), so changes by other "
                "programs are taken in only when Fourfold starts."
            )

    def _start_watcher(self, on_touched: Callable[[set[Path]], None]) -> FolderWatcher:
        from fourfold.versions.watcher import FolderWatcher

        project = self._folder.project
        watcher = FolderWatcher(
            [project.folder, project.folder / STATE_FOLDER], project.steps.roots, on_touched
        )
        watcher.start()
        return watcher

    async def _touched(self, paths: set[Path]) -> None:
        folder, project = self._folder, self._folder.project
        if project.folder / WORKSPACE_FILE in paths:
            await folder.configure()
        state = project.folder / STATE_FOLDER
        if any(path.parent == state for path in paths) and await folder.call(
            project.store.changed_elsewhere
        ):
            await folder.reread()
        if any(project.steps.is_below_roots(path) and path.is_dir() for path in paths):
            await self.take_in_all()
            return
        found = (project.step_at(path) for path in paths)
        await self._take_in([file for file in found if file is not None])

    async def take_in_all(self) -> None:
        """Records every step as it is on disk, in batches."""
        files = iter(self._folder.project.steps.all())
        while batch := await self._folder.call(lambda: list(islice(files, BATCH))):
            await self._take_in(batch)

    async def _take_in(self, files: Sequence[StepFile]) -> None:
        folder = self._folder
        settled = [
            file
            for file in files
            if not ((buffer := folder.server.buffers.of_path(file.path)) and buffer.saving)
        ]
        if not settled:
            return
        try:
            taken = await folder.call(folder.project.read_from_disk, settled)
        except StoreError as error:
            folder.tell_once(str(error))
            self.try_again()
            return
        await self._report(taken)

    async def _report(self, taken: Taken) -> None:
        folder = self._folder
        for old, _ in taken.renames:
            folder.histories.pop(old, None)
        folder.unreadable.update(taken.unreadable)
        changed = {change.step for change in taken.changes if change.kind != "none"}
        changed.update(new for _, new in taken.renames)
        await folder.reread(step for step in changed if folder.is_open(step))

    def try_again(self) -> None:
        """Takes everything in once more, a little later, since something could not be kept."""
        if self._retry is None or self._retry.done():
            self._retry = self._folder.server.spawn(self._take_in_later())

    async def _take_in_later(self) -> None:
        await asyncio.sleep(RETRY_SECONDS)
        self._retry = None
        await self.take_in_all()
