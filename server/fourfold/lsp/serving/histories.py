"""The versions of a folder's steps, as they were last read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.events import RunChanged, VersionsChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import RunStatus, StepHistory


class Histories:
    """`known` are histories for answers that may not wait. `unreadable` says of steps why their
    files can have no versions. `take_in_owed` brings first what was saved while nothing could be
    kept, on the folder's thread."""

    def __init__(self, project: ProjectThread) -> None:
        self._project = project
        self.known: dict[str, StepHistory] = {}
        self.unreadable: dict[str, str] = {}
        self.take_in_owed: Callable[[Project, StepFile], None] = lambda _, __: None
        self._statuses: dict[str, RunStatus] = {}
        self._stale: set[str] = set()
        project.events.follow(RunChanged, self._follow)

    async def read(self, file: StepFile) -> StepHistory:
        """The step's versions as the database has them now; the editor is told of what is new."""
        history = await self._project.ask(self._read, file)
        before = self.known.get(file.step)
        self.known[file.step] = history
        if before not in (None, history):
            self.publish([file.step])
        return history

    def _read(self, project: Project, file: StepFile) -> StepHistory:
        self.take_in_owed(project, file)
        return project.history(file)

    async def changed(self, file: StepFile) -> StepHistory:
        """As `read`, and tells the editor also of a step that it has not seen before."""
        first = file.step not in self.known
        history = await self.read(file)
        if first:
            self.publish([file.step])
        return history

    async def reread(self, steps: Iterable[str] | None = None) -> None:
        """Reads the versions of these steps again, or of all that are known, and tells the editor
        where they have changed."""
        changed = []
        wanted = list(self.known if steps is None else steps)
        read = await self._project.ask(lambda project: project.store.histories(wanted))
        for step, history in read.items():
            if history is None:
                self.known.pop(step, None)
            elif history != self.known.get(step):
                self.known[step] = history
                changed.append(step)
        if changed:
            self.publish(changed)

    def publish(self, steps: Iterable[str]) -> None:
        self._project.events.publish(VersionsChanged(tuple(steps)))

    def _follow(self, event: RunChanged) -> None:
        """Reads a step's history once for all runs of it that change together."""
        run = event.run
        if self._statuses.get(run.id) == run.status:
            return
        self._statuses[run.id] = run.status
        if run.finished:
            del self._statuses[run.id]
        if not self._stale:
            self._project.spawn_soon(self._reread_stale)
        self._stale.add(run.step)

    async def _reread_stale(self) -> None:
        steps, self._stale = self._stale, set()
        await self.reread(steps)
