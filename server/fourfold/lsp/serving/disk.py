"""What other programs do to a workspace folder: taken in at the start, and as it happens."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from fourfold.app.testing.files import may_hold_tests
from fourfold.errors import FourfoldError
from fourfold.lsp.events import (
    FolderTakenIn,
    ProblemsChanged,
    ResultsChanged,
    SaveNotKept,
    TestsEdited,
)
from fourfold.project.ignoring import GIT_IGNORE
from fourfold.project.project import Project
from fourfold.settings import WORKSPACE_FILE
from fourfold.store.errors import StoreError
from fourfold.store.state_folder import STATE_FOLDER
from fourfold.workflow.input_files import input_paths

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
    from pathlib import Path

    from fourfold.lsp.serving.histories import Histories
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.saves import Saves
    from fourfold.lsp.serving.workflow import FolderWorkflow
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

    def __init__(
        self,
        project: ProjectThread,
        histories: Histories,
        saves: Saves,
        workflow: FolderWorkflow,
        configure: Callable[[], Awaitable[None]],
    ) -> None:
        """`configure` reads the settings again."""
        self._project = project
        self._host = project.host
        self._histories = histories
        self._saves = saves
        self._workflow = workflow
        self._configure = configure
        self._watcher: FolderWatcher | None = None
        self._watched: frozenset[Path] = frozenset()
        self._retry: asyncio.Task[None] | None = None
        self._taking_in = asyncio.Lock()
        self._wanted = False
        self._in_use = False
        self._inputs: set[Path] = set()
        project.events.follow(SaveNotKept, lambda _: self._try_again())

    async def start(self) -> None:
        """Opens the store, watches, and takes in what changed while no server ran."""
        await self._host.first_lens_answered()
        for problem in self._project.settings.problems:
            self._project.tell_once(problem)
        self._in_use = self._wanted or await self._is_used()
        if not self._in_use:
            await self._watch()
            if not self._wanted:
                return
            await self.stop()  # a prompt was opened meanwhile
            self._in_use = True
        try:
            await self._project.ask(_open_store)
        except FourfoldError as error:
            self._project.tell_once(str(error))
            self._later(self.start)
            return
        await self._watch()
        await self.take_in_all()
        # Since what happened before it was watched is told by nobody.
        self._project.events.publish(ProblemsChanged(self._project.path))
        self._project.events.publish(FolderTakenIn())

    async def _is_used(self) -> bool:
        return await asyncio.to_thread(lambda: self._project.project.is_used)

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
                self._host.spawn(self.restart())

    async def _watch(self) -> None:
        """Watches prompts, settings, the database, and the files that steps take as inputs, as far
        as they are there by now."""
        try:
            await asyncio.to_thread(self._watch_now, self._listener())
        except OSError as error:
            self._project.tell_once(
                f"{self._project.path} cannot be watched ({error.strerror}), so changes by other "
                "programs are taken in only when Fourfold starts."
            )
        for problem in await asyncio.to_thread(self._project.project.steps.problems):
            self._project.tell_once(problem)

    def _listener(self) -> Callable[[set[Path]], None]:
        loop = asyncio.get_running_loop()

        def on_touched(paths: set[Path]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed while the server ends
                loop.call_soon_threadsafe(lambda: self._host.spawn(self._touched(paths)))

        return on_touched

    def _watch_now(self, on_touched: Callable[[set[Path]], None]) -> None:
        from fourfold.versions.watcher import FolderWatcher

        project = self._project.project
        self._watched = project.steps.overview().folders
        self._inputs = _inputs(project)
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
        project = self._project.project
        if project.folder / WORKSPACE_FILE in paths:
            await self._configure()
        self._tell_of_tests(paths)
        moved = await asyncio.to_thread(self._have_moved, paths)
        if moved:
            project.steps.look_again()
            await self._watch()
        if moved or await asyncio.to_thread(_are_prompts, project, paths):
            self._project.events.publish(ProblemsChanged(self._project.path))
            if not self._in_use:
                self._workflow.tell()
        if not self._in_use:
            if await self._is_used():
                await self.restart()
            return
        if not paths.isdisjoint({project.workflow_file, *self._inputs}):
            self._workflow.changed()
            if await asyncio.to_thread(_inputs, project) != self._inputs:
                await self._watch()
        state = project.folder / STATE_FOLDER
        if any(state in (path, path.parent) for path in paths):
            if state in paths:  # deleted perhaps, and made again
                await self._project.ask(_open_store)
                await self._watch()
                moved = True  # what others have recorded in another database meanwhile
            if await self._project.ask(_changed_elsewhere):
                await self._reread()
        if moved:
            await self.take_in_all()
            return
        found = await self._project.ask(lambda project: [project.step_at(path) for path in paths])
        await self._take_in([file for file in found if file is not None])

    def _tell_of_tests(self, paths: set[Path]) -> None:
        if any(map(may_hold_tests, paths)):
            self._project.events.publish(TestsEdited(self._project.path))

    async def _reread(self) -> None:
        """Takes in what other processes have put into the store."""
        await self._histories.reread()
        self._project.events.publish(ResultsChanged())

    def _have_moved(self, paths: set[Path]) -> bool:
        """Whether folders of prompts may have come, gone, or count as such from now on."""
        steps = self._project.project.steps
        return any(
            path in self._watched
            or path.name == GIT_IGNORE
            or (path.is_dir() and steps.may_hold_prompts(path))
            for path in paths
        )

    async def take_in_all(self) -> None:
        """Records every step as it is on disk, in batches."""
        files = iter(await asyncio.to_thread(self._project.project.steps.all))
        with self._workflow.held():
            while batch := await self._project.call(lambda: list(islice(files, BATCH))):
                await self._take_in(batch)

    async def _take_in(
        self,
        files: Sequence[StepFile],
        waited: float = 0.0,
        sights: Mapping[str, Sight] | None = None,
    ) -> None:
        """Records what is on disk; files that have been written to for `waited` seconds, and how
        they looked last."""
        settled = [file for file in files if not self._host.open_files.is_saving(file.path)]
        if not settled:
            return
        async with self._taking_in:
            if self._is_retrying:
                return  # each try may take seconds, in which the folder's thread does nothing else
            try:
                taken = await self._project.ask(
                    Project.read_from_disk, settled, patience=0.0, sights=sights
                )
            except StoreError as error:
                self._project.tell_once(str(error))
                self._try_again()
                return
        await self._report(settled, taken)
        if taken.unfinished:
            left = [file for file in settled if file.step in taken.unfinished]
            self._host.spawn(self._take_in_later(left, waited, taken.sights))

    async def _take_in_later(
        self, files: Sequence[StepFile], waited: float, sights: Mapping[str, Sight]
    ) -> None:
        from fourfold.versions.reader import LEFT_ALONE_SECONDS, PATIENCE_SECONDS

        pause = LEFT_ALONE_SECONDS if waited < PATIENCE_SECONDS else SLOWER_SECONDS
        await asyncio.sleep(pause)
        await self._take_in(files, waited + pause, sights)

    async def _report(self, files: Sequence[StepFile], taken: Taken) -> None:
        known = self._histories.known
        for old, _ in taken.renames:
            known.pop(old, None)
        for file in files:
            self._note_readable(file, taken.unreadable.get(file.step))
        changed = {change.step for change in taken.changes if change.kind != "none"}
        changed.update(new for _, new in taken.renames)
        if not self._host.client.wants_events:  # else only what somebody looks at is worth reading
            changed &= known.keys() | set(self._host.open_files.steps(self._project.path))
        await self._histories.reread(changed)

    def _note_readable(self, file: StepFile, reason: str | None) -> None:
        unreadable = self._histories.unreadable
        if reason == unreadable.get(file.step):
            return
        if reason is None:
            del unreadable[file.step]
        else:
            unreadable[file.step] = reason
        self._project.events.publish(ProblemsChanged(self._project.path, path=file.path))

    def _try_again(self) -> None:
        """Takes everything in once more, a little later, since something could not be kept."""
        self._later(self._take_in_again)

    async def _take_in_again(self) -> None:
        self._saves.again()  # first, since what the user saved is the user's
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
            self._retry = self._host.spawn(later())


def _open_store(project: Project) -> None:
    # Its first answer only marks from where on changes by others count.
    project.store.changed_elsewhere()


def _changed_elsewhere(project: Project) -> bool:
    """Whether other processes have changed the store; the ids that they gave are known then."""
    changed = project.store.changed_elsewhere()
    if changed:
        project.remember_ids()
    return changed


def _are_prompts(project: Project, paths: set[Path]) -> bool:
    return any(project.steps.of_path(path) is not None for path in paths)


def _inputs(project: Project) -> set[Path]:
    """The files that steps take."""
    return input_paths(project.workflow(), project.folder)
