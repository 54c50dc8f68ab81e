"""The workflow of one folder in the editor: running it, and how its steps stand."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.lsp.events import RunChanged, VersionsChanged, WorkflowChanged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from fourfold.app.workflow import Workflow
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.runs import FolderRuns
    from fourfold.project.project import Project
    from fourfold.store.records import Run, WorkflowRun
    from fourfold.user.consent import Question
    from fourfold.workflow.evaluation import StepState
    from fourfold.workflow.execution import WorkflowExecution
    from fourfold.workflow.plan import WorkflowRequest
    from fourfold.workflow.snapshot import Snapshot

RESUME = "Go on"
LEAVE = "Leave it"


class FolderWorkflow:
    """The workflow runs of a folder, one at a time, and the states of its steps."""

    def __init__(self, project: ProjectThread, runs: FolderRuns) -> None:
        self._project = project
        self._client = project.host.client
        self._runs = runs
        self._workflow: Workflow | None = None
        self._states: Mapping[str, StepState] = {}
        self._named: Collection[str] = ()
        self._reading: asyncio.Task[None] | None = None
        self._evaluation: asyncio.Future[None] | None = None
        self._held = 0
        self._again = False
        project.events.follow(VersionsChanged, lambda _: self.changed())
        project.events.follow(RunChanged, self._take_in)

    async def start(
        self, request: WorkflowRequest, resumed: WorkflowRun | None = None
    ) -> list[Run]:
        """Sets the workflow going; the runs that its steps will have, in order, queued. None while
        the user is asked whether prompts that no workflow.yaml names are to be run."""
        from fourfold.workflow.unnamed import UnnamedStepsError

        try:
            return await self._begin(request, resumed)
        except UnnamedStepsError as unnamed:
            self._project.host.spawn(self._ask_and_begin(request, unnamed.question))
            return []

    async def _ask_and_begin(self, request: WorkflowRequest, question: Question) -> None:
        if await self._runs.ask_consent(question):
            await self._begin(request, agreed=True)

    async def _begin(
        self,
        request: WorkflowRequest,
        resumed: WorkflowRun | None = None,
        *,
        agreed: bool = False,
    ) -> list[Run]:
        workflow = await self._ready()
        execution = await workflow.begin(request, self._runs.changed, resumed, agreed=agreed)
        runs = list(execution.runs.values())
        self._project.host.spawn(self._follow(workflow, execution))
        return runs

    def cancel(self, ids: Collection[str] | None, step: str | None) -> list[str]:
        """Cancels steps of the workflow run that goes on; the ids of the runs that it ends."""
        return [id_ for execution in self._executions for id_ in execution.cancel(ids, step)]

    def _take_in(self, event: RunChanged) -> None:
        """Takes in news of a run, which may be one of the workflow's."""
        for execution in self._executions:
            execution.follow(event.run)

    def promised(self, run_id: str) -> Run | None:
        """A run that is still to come."""
        found = (execution.runs.get(run_id) for execution in self._executions)
        return next((run for run in found if run is not None), None)

    async def offer_to_resume(self) -> None:
        """Asks whether a workflow run that was interrupted is to go on."""
        from fourfold.workflow.resuming import interrupted, request_of

        ask = self._project.ask
        for run in await ask(lambda project: interrupted(project.store)):
            answer = await self._client.ask(
                f"{run.name} was interrupted while it was being run. Go on where it was? What had "
                "finished is not run again.",
                [RESUME, LEAVE],
            )
            if answer == RESUME:
                await self.start(request_of(run), run)
            elif answer == LEAVE:
                await ask(_leave, run)

    async def state(self, step: str) -> StepState | None:
        """How a step stands, everything that has happened taken in; as it was before while all of a
        folder is being taken in."""
        if self._evaluation is not None:
            await asyncio.wait({self._evaluation})
        return self._states.get(step)

    async def is_stale(self, step: str) -> bool:
        """Whether a step that workflow.yaml names has a result that no longer counts."""
        state = await self.state(step)
        return state is not None and state.stale and step in self._named

    def changed(self) -> None:
        """Something that steps are made of has changed, or a run has ended."""
        self._again = True
        if self._held:
            return
        if self._reading is None or self._reading.done():
            self._evaluation = asyncio.get_running_loop().create_future()
            self._reading = self._project.host.spawn(self._read())

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While many files are taken in, their steps are looked at once, in the end."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self.changed()

    async def _read(self) -> None:
        try:
            while self._again:
                self._again = False
                before = self._states, self._named
                with contextlib.suppress(FourfoldError):  # said where versions are read
                    if (snapshot := await self._project.ask(_read)) is not None:
                        self._states, self._named = snapshot.states, snapshot.config.by_id.keys()
                if (self._states, self._named) != before:
                    self.tell()
        finally:
            self._evaluated()

    def _evaluated(self) -> None:
        if self._evaluation is not None:
            self._evaluation.set_result(None)
            self._evaluation = None

    def tell(self) -> None:
        """Has whoever shows the steps look again."""
        self._project.events.publish(WorkflowChanged())

    async def _follow(self, workflow: Workflow, execution: WorkflowExecution) -> None:
        from fourfold.lsp.serving.progress import follow_runs

        ended = asyncio.ensure_future(workflow.finish(execution))
        await follow_runs(self._client, execution.run.name, execution.runs, ended, execution.cancel)
        self._project.tell_notices()
        run = await ended
        if self._client.tells_ends:
            from fourfold.app.answers.workflow import WorkflowEnded
            from fourfold.app.workflow_runs import with_steps

            told = await self._project.ask(with_steps, run)
            news = WorkflowEnded(uri=self._project.path.as_uri(), run=told)
            self._client.event("fourfold/workflowEnded", news.to_json())
        elif run.status == "failed":
            self._client.tell(f"{run.name} failed: {run.error}", error=True)

    @property
    def _executions(self) -> list[WorkflowExecution]:
        return self._workflow.executions if self._workflow is not None else []

    async def _ready(self) -> Workflow:
        from fourfold.app.workflow import Workflow

        engine = await self._runs.engine()
        if self._workflow is None or not self._workflow.executions:
            self._workflow = Workflow(engine)
        return self._workflow


def _read(project: Project) -> Snapshot | None:
    """How the steps stand; None where no prompt was ever used."""
    from fourfold.workflow.snapshot import read_snapshot

    return read_snapshot(project) if project.is_used else None


def _leave(project: Project, run: WorkflowRun) -> None:
    from fourfold.workflow.resuming import leave

    leave(project.store, run)
