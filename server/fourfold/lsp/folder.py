"""One workspace folder being served, as features and commands see it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from fourfold.errors import InvalidArgumentError
from fourfold.lsp.events import (
    FolderTakenIn,
    PlacesChanged,
    ProblemsChanged,
    VersionsChanged,
)
from fourfold.lsp.serving.boards import Boards
from fourfold.lsp.serving.client_events import ClientEvents
from fourfold.lsp.serving.disk import Disk
from fourfold.lsp.serving.histories import Histories
from fourfold.lsp.serving.project_thread import ProjectThread
from fourfold.lsp.serving.runs import FolderRuns
from fourfold.lsp.serving.saves import Saves
from fourfold.lsp.serving.team import TeamLink
from fourfold.lsp.serving.test_results import TestResults
from fourfold.lsp.serving.tests import FolderTests
from fourfold.lsp.serving.tests_elsewhere import TestsElsewhere
from fourfold.lsp.serving.views import Views
from fourfold.lsp.serving.workflow import FolderWorkflow
from fourfold.project.project import Project
from fourfold.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from fourfold.app.answers.versions import VersionList
    from fourfold.lsp.serving.host import Host
    from fourfold.lsp.serving.saved import Saved
    from fourfold.project.steps import StepFile
    from fourfold.settings import WorkspaceSettings
    from fourfold.store.records import Run, StepHistory

P = ParamSpec("P")
T = TypeVar("T")


class Folder:
    """Serves the workspace folder at `path`. Whatever reads its files or its database is awaited,
    so that the event loop never waits for them."""

    @classmethod
    async def at(cls, host: Host, path: Path) -> Folder:
        """The folder with its settings read, not started yet."""
        editor = host.editor_settings
        project = await asyncio.to_thread(lambda: Project(path, load_settings(path, editor)))
        return cls(host, path, project)

    def __init__(self, host: Host, path: Path, project: Project) -> None:
        self.path = path
        self._host = host
        self._project = ProjectThread(host, path, project)
        self._histories = Histories(self._project)
        self.runs = FolderRuns(self._project, self._histories)
        self.workflow = FolderWorkflow(self._project, self.runs)
        self.tests = FolderTests(self._project, self.runs)
        TestsElsewhere(self._project, self.tests.is_ours)
        self.results = TestResults(self._project)
        self.views = Views(self._project, self.live, self.runs.render, self.results.known)
        ClientEvents(self._project, self._histories, self.views)
        self.boards = Boards(self._project, self.views, self.live, self.tests.going)
        self._saves = Saves(self._project, self._histories)
        self._histories.take_in_owed = self._saves.take_in_owed
        self._disk = Disk(
            self._project, self._histories, self._saves, self.workflow, self.configure
        )
        self._team = TeamLink(self._project)
        self._project.events.follow(FolderTakenIn, lambda _: host.spawn(self._taken_in()))

    async def start(self) -> None:
        """Takes in what changed while no server ran, and follows what happens from now on."""
        await self._disk.start()

    async def _taken_in(self) -> None:
        """Does what can wait until the files of the folder are taken in."""
        if await self.ask(lambda project: project.store.end_interrupted_runs()):
            await self._histories.reread()
        self._project.events.publish(VersionsChanged(()))  # lenses that could not be shown before
        await self._team.start()
        await self.views.tidy()
        await self.runs.warm_up()
        self._host.spawn(self._learn_models())
        await self.workflow.offer_to_resume()

    def ask(
        self, function: Callable[Concatenate[Project, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """Calls `function` with the folder's project, on the thread where that is used, in the
        order in which this was called."""
        return self._project.ask(function, *args, **kwargs)

    @property
    def key(self) -> str:
        """A short name for the folder, in the URIs of its documents."""
        return self._project.project.key

    @property
    def home(self) -> Path:
        """Where its prompts are, in its path without links."""
        return self._project.project.steps.home

    @property
    def real_path(self) -> Path:
        """Its path without links."""
        return self._project.project.folder

    @property
    def settings(self) -> WorkspaceSettings:
        return self._project.settings

    async def step_at(self, path: Path) -> StepFile | None:
        """The step that the file at `path` is, however the path leads there. Does not wait for what
        the folder's thread is at."""
        return await asyncio.to_thread(self._project.project.step_at, path)

    async def look(
        self, function: Callable[Concatenate[Project, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `ask`, for what looks at files alone, and so need not wait for the folder's thread."""
        return await asyncio.to_thread(function, self._project.project, *args, **kwargs)

    async def known_step(self, step: str) -> StepFile:
        """The step's file, there or deleted; a refusal of `uri` that names the steps there are."""
        try:
            return await self.ask(Project.step_file, step)
        except InvalidArgumentError as error:
            raise InvalidArgumentError("uri", str(error)) from None

    async def history(self, file: StepFile) -> StepHistory:
        """The step's versions as the database has them now."""
        return await self._histories.read(file)

    async def history_changed(self, file: StepFile) -> StepHistory:
        """As `history`, after a change; the editor is told of it."""
        return await self._histories.changed(file)

    async def known_history(self, file: StepFile) -> StepHistory:
        """The step's versions once its last save is taken in, without waiting where they are
        known."""
        await self._saves.settled(file.step)
        return self.last_history(file.step) or await self.history(file)

    def last_history(self, step: str) -> StepHistory | None:
        """The step's versions as they were last read."""
        return self._histories.known.get(step)

    def why_unreadable(self, step: str) -> str | None:
        """Why the step's file can have no versions."""
        return self._histories.unreadable.get(step)

    async def version_list(self, file: StepFile) -> VersionList:
        """VersionList, with the URIs that this editor can read."""
        self.results.standings(file)  # the editor is told of what it does not know yet
        return await self.views.version_list(file, await self.history(file))

    def prompt_uri(self, file: StepFile) -> str:
        """The URI of a prompt file, as the editor spells it where it has the file open."""
        return self.views.prompt_uri(file)

    def opened(self, file: StepFile, text: str) -> None:
        """Takes in a file that the editor opened, before it can be changed."""
        self._host.spawn(self._opened(file, self._saves.opened(file, text)))

    async def _opened(self, file: StepFile, seeding: asyncio.Future[None]) -> None:
        await seeding
        self._disk.use()
        if await self.step_at(file.path) != file:  # it was given another id once
            self._project.events.publish(PlacesChanged())

    def save(self, file: StepFile, saved: Saved) -> None:
        """Takes in what the editor saved; what asks for the step's history waits for it."""
        self._saves.take_in(file, saved)

    async def rename(self, old: StepFile, new: StepFile) -> None:
        """Gives a renamed prompt file its history."""
        if await self.ask(Project.rename, old, new):
            self._histories.known.pop(old.step, None)
        await self.history_changed(new)

    def cancel(self, ids: Collection[str] | None, step: str | None) -> list[str]:
        """Cancels runs, those of the workflow and of tests too; the ids of those that it ends."""
        self.tests.cancel(ids, step)
        cancelled = [*self.workflow.cancel(ids, step), *self.runs.cancel(ids, step)]
        return list(dict.fromkeys(cancelled))

    def live(self, run_id: str) -> Run | None:
        """A run that goes on, with the response so far, or that the workflow has still to begin."""
        return self.runs.live(run_id) or self.workflow.promised(run_id)

    async def configure(self) -> None:
        """Reads the settings again, after any source of them has changed."""
        settings = await asyncio.to_thread(load_settings, self.path, self._host.editor_settings)
        was = self.settings
        moved = (settings.folders, settings.exclude) != (was.folders, was.exclude)
        self._project.project.configure(settings)
        if moved:
            self._histories.known.clear()
            self._project.events.publish(PlacesChanged())
            await self._disk.restart()
        self.workflow.changed()
        await self._team.start()
        for problem in settings.problems:
            self._project.tell_once(problem)

    async def _learn_models(self) -> None:
        """Asks which models there are, and says what is wrong with those that are named."""
        await self._project.registry.learn_models()
        self.models_known()

    def models_known(self) -> None:
        """Says what is wrong with the models that are named, now that more is known of them."""
        from fourfold.llm.user_models import model_warnings

        for sentence in model_warnings(self.settings, self._project.registry):
            self._project.tell_once(sentence)
        self._project.events.publish(ProblemsChanged(self.path, all_prompts=True))

    async def close(self) -> None:
        await self._disk.stop()
        await self._team.close()
        await self.boards.close()
        await self.runs.close()
        await self._saves.close()
        await self._project.close()
