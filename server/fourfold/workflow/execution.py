"""One run of the workflow, going on."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.store.records import Run, StepRun, WorkflowRun
from fourfold.workflow.budget import Budget
from fourfold.workflow.evaluation import Output
from fourfold.workflow.prepared import WorkflowInputs, prepare, workflow_inputs
from fourfold.workflow.scheduling import is_cancelled, run_in_order
from fourfold.workflow.step_execution import StepExecution

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from fourfold.app.engine import Engine
    from fourfold.errors import ErrorKind
    from fourfold.store.ports.store import Store
    from fourfold.store.records import RunStatus
    from fourfold.workflow.file.configuration import InputSource, StepConfig
    from fourfold.workflow.plan import PlannedStep, WorkflowPlan

_log = logging.getLogger(__name__)


class WorkflowExecution:
    """Carries out a plan.

    `promised` has the id of each step's run, and `runs` by those ids how they stand, queued at
    first. Where a step was tried again, its run is the last one. `on_change(run)` is told of those
    changes that the runner does not tell. `usual_model` names that of a step that asks for none,
    or of all where the request names one; `resumed` is the interrupted workflow run that goes on.
    """

    def __init__(
        self,
        engine: Engine,
        plan: WorkflowPlan,
        usual_model: str,
        on_change: Callable[[Run], None],
        resumed: WorkflowRun | None = None,
    ) -> None:
        self._engine = engine
        self._plan = plan
        self._on_change = on_change
        self._resumed = resumed is not None
        self._budget = Budget(plan.request.budget_usd, engine.runner.carry_out)
        self._outputs: dict[str, Output] = {}
        self._made: dict[str, Run] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._notes: dict[str, asyncio.Task[None]] = {}
        self._trouble: str | None = None
        self.promised: dict[str, str] = {}
        self.runs: dict[str, Run] = {}
        for step, planned in plan.steps.items():
            run_id = self.promised[step] = engine.runner.new_id()
            asked = None if plan.request.model else planned.config.model
            self.runs[run_id] = _queued(run_id, planned, asked or usual_model)
        self.run = resumed or WorkflowRun(
            engine.runner.new_id(),
            plan.snapshot.config.name or engine.project.folder.name,
            "running",
            datetime.now(UTC),
            plan.request.to_json(),
        )

    async def carry_out(self) -> WorkflowRun:
        """The ended workflow run. What fails or is cancelled costs nothing that had finished.

        Raises FourfoldError where it cannot be kept; then nothing was run.
        """
        try:
            await self._engine.in_store(lambda store: store.begin_workflow_run(self.run))
            await run_in_order(self._plan.graph(), self._execute, self._leave_out)
            await self._end()
        except asyncio.CancelledError:
            self.cancel()
            await self._end()
            raise
        return self.run

    def cancel(self, ids: Collection[str] | None = None, step: str | None = None) -> list[str]:
        """Cancels the steps with these runs, or this step, or all; the ids of what it ends."""
        cancelled = []
        for name, run_id in self.promised.items():
            meant = (ids is None or run_id in ids) and step in (None, name)
            if meant and not self.runs[run_id].finished:
                cancelled.append(run_id)
                task = self._tasks.get(name)
                if task is not None and not task.done():
                    task.cancel()
                else:
                    self._tell(name, _cancelled(self.runs[run_id]))
        return cancelled

    def follow(self, run: Run) -> None:
        """Takes in what the runner says of a run, if it is one of these."""
        if run.id in self.runs and not run.finished:
            self.runs[run.id] = run

    async def _execute(self, step: str) -> bool:
        if self._now(step).finished:  # cancelled before its turn
            self._note(step, reused=False, run=None)
            return False
        task = self._tasks[step] = asyncio.create_task(self._carry_out(self._plan.steps[step]))
        try:
            await task
        except asyncio.CancelledError:
            if not task.cancelled() or is_cancelled():
                raise
            # Before it could begin, or while it failed.
            self._tell(step, _cancelled(self._now(step)))
            self._note(step, reused=False, run=None)
        return self._now(step).status == "succeeded"

    async def _carry_out(self, planned: PlannedStep) -> None:
        step = planned.file.step
        going: StepExecution | None = None
        recipe = ""
        status: RunStatus = "failed"
        error: str | None = None
        kind: ErrorKind = "own"
        try:
            fed = await self._fed(planned.config)
            if self._plan.counts(planned):
                recipe = planned.facts.recipe(fed.outputs, planned.version.hash)
            going = await self._prepared(planned, fed, recipe)
            run = await going.carry_out()
        except asyncio.CancelledError:
            status = kind = "cancelled"
        except FourfoldError as failure:
            error, kind = str(failure), failure.kind
        except Exception as failure:
            # Without the error's text, which may quote a prompt.
            where = "".join(traceback.format_tb(failure.__traceback__))
            _log.error("The step %s failed with %s:\n%s", step, type(failure).__name__, where)
            error = (
                f"The step stopped on an error of its own ({type(failure).__name__}); see the log."
            )
        else:
            self._outputs[step] = Output(run.id, run.output)
            self._made[run.id] = run
            self._tell(step, run, reused=going.reused)
            self._note(step, reused=going.reused, run=run.id)
            return
        asked = going.last if going is not None else None
        if asked is None and status == "failed":
            asked = await self._keep_failure(step, recipe, error, kind)
        ended = replace(asked or self._now(step), status=status, error=error, error_kind=kind)
        self._tell(step, ended)
        self._note(step, reused=False, run=asked.id if asked else None)

    async def _fed(self, config: StepConfig) -> WorkflowInputs:
        arguments = (self._engine.project, config, self._offered, self._made)
        if all(self._is_at_hand(source) for source in config.inputs.values()):
            return workflow_inputs(*arguments)
        return await self._engine.call(workflow_inputs, *arguments)

    def _is_at_hand(self, source: InputSource) -> bool:
        """Whether an input is there without a look at any file or the database."""
        if source.kind != "step":
            return source.kind == "value"
        output = self._offered(source.value)
        run = self._made.get(output.run) if output else None
        return run is not None and run.value is None

    async def _prepared(
        self, planned: PlannedStep, fed: WorkflowInputs, recipe: str
    ) -> StepExecution:
        step = planned.file.step
        if not fed.complete:
            raise FourfoldError(
                f"A response that {step} takes went with its version; run the workflow again."
            )
        engine = self._engine
        prepared = await prepare(
            engine.registry,
            planned.step,
            planned.version,
            default_model=self._plan.default_model,
            fed=fed,
            given=planned.given,
            recipe=recipe,
            model=self._plan.request.model,
            ask=engine.ask,
        )
        fresh = self._plan.request.fresh
        # What an interrupted run of the workflow has made afresh is not made once more.
        since = self.run.started if self._resumed else None
        promised, budget = self.promised[step], self._budget
        return StepExecution(engine, prepared, promised, budget, fresh=fresh, since=since)

    def _offered(self, step: str) -> Output | None:
        """The response that a step before offers: of this workflow run, else the one it had."""
        state = self._plan.snapshot.states.get(step)
        return self._outputs.get(step) or (state.output if state else None)

    def _leave_out(self, step: str, reason: str) -> None:
        how = self._now(reason).status
        error = f"{reason} {_ENDED[how]}, so {step} was not run."
        self._tell(step, _cancelled(self._now(step), error))

    async def _keep_failure(
        self, step: str, recipe: str, error: str | None, kind: ErrorKind
    ) -> Run:
        """A run for what failed before any model was asked, so that it is seen."""
        run = replace(
            self._now(step),
            status="failed",
            error=error,
            error_kind=kind,
            started=datetime.now(UTC),
            recipe=recipe,
        )
        of_text = replace(run, version=None)  # the version may be gone by now
        await self._kept(lambda store: store.insert_runs([of_text], [""]))
        return run

    def _note(self, step: str, *, reused: bool, run: str | None) -> None:
        """Stores how a step went, while those after it begin."""
        now = self._now(step)
        step_run = StepRun(step, now.version, run, now.status, reused, now.error)
        id_ = self.run.id
        keeping = self._kept(lambda store: store.add_step_run(id_, step_run))
        self._notes[step] = asyncio.create_task(keeping)

    async def _kept(self, keep: Callable[[Store], None]) -> None:
        """Stores something about the run, or remembers why that could not be."""
        try:
            await self._engine.in_store(keep)
        except FourfoldError as error:
            self._trouble = str(error)

    async def _end(self) -> None:
        for step in self.promised:
            if step not in self._notes:
                self._note(step, reused=False, run=None)
        await asyncio.wait(self._notes.values())
        self.run = self._ended()
        await self._kept(lambda store: store.end_workflow_run(self.run))
        self.run = replace(self.run, error=self.run.error or self._trouble)

    def _now(self, step: str) -> Run:
        return self.runs[self.promised[step]]

    def _tell(self, step: str, run: Run, *, reused: bool = False) -> None:
        if reused:
            run = replace(run, cached=True, cost_usd=0.0, tries=())
        self.runs[self.promised[step]] = run
        self._on_change(run)

    def _ended(self) -> WorkflowRun:
        failed = [run for run in self.runs.values() if run.status == "failed"]
        cancelled = any(run.status == "cancelled" for run in self.runs.values())
        status: RunStatus = "failed" if failed else "cancelled" if cancelled else "succeeded"
        error = f"{failed[0].step} failed: {failed[0].error}" if failed else self._trouble
        return replace(self.run, status=status, error=error, ended=datetime.now(UTC))


_ENDED = {"failed": "failed", "cancelled": "was cancelled"}


def _cancelled(run: Run, error: str | None = None) -> Run:
    return replace(run, status="cancelled", error=error, error_kind="cancelled")


def _queued(run_id: str, planned: PlannedStep, model: str) -> Run:
    return Run(
        id=run_id,
        step=planned.file.step,
        version=planned.version.number,
        hash=planned.version.hash,
        model=model,
        status="queued",
    )
