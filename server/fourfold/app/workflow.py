"""The workflow of a workspace folder, as editors, the command line and Python programs use it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fourfold.app.answers import workflow as answers
from fourfold.errors import FourfoldError
from fourfold.project.naming import step_file
from fourfold.workflow.estimating import estimates
from fourfold.workflow.execution import WorkflowExecution
from fourfold.workflow.plan import WorkflowPlan, WorkflowRequest, make_plan
from fourfold.workflow.resuming import leave_others
from fourfold.workflow.step_execution import NO_MODEL
from fourfold.workflow.unnamed import unnamed_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from fourfold.app.engine import Engine
    from fourfold.store.records import Run, WorkflowRun


class Workflow:
    """The steps of a folder's prompts, in the order in which they feed each other.

    `executions` are the workflow runs that go on.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._planning = asyncio.Lock()
        self._turns = asyncio.Lock()
        self.executions: list[WorkflowExecution] = []

    async def execute_step(
        self,
        step_id: str | Path,
        *,
        version: int | None = None,
        inputs: Mapping[str, Any] | None = None,
        model: str | None = None,
        fresh: bool = False,
    ) -> Any:
        """Runs one step with the responses that the steps before it have; those that have none run
        first. Returns the processed response, as JSON. The path of its file names a step as well.

        `inputs` are values by name, which win over what workflow.yaml says, and `model` over what
        prompts and workflow.yaml ask for. Waits while others are run, since a step may be what
        another one needs.

        Raises FourfoldError where the step fails, InvalidArgumentError where there is none.
        """
        file = await self._engine.call(step_file, self._engine.project, str(step_id))
        step_id = file.step
        versions = {} if version is None else {step_id: version}
        given = {f"{step_id}.{name}": value for name, value in (inputs or {}).items()}
        execution, ended = await self._in_turn(
            WorkflowRequest(
                start=step_id,
                until=step_id,
                versions=versions,
                fresh=fresh,
                inputs=given,
                model=model,
            )
        )
        run = next(run for run in execution.runs.values() if run.step == step_id)
        if run.status != "succeeded":
            raise FourfoldError(run.error or ended.error or f"{step_id} was {run.status}.")
        return run.processed()

    async def start_workflow(
        self,
        *,
        start: str | None = None,
        until: str | None = None,
        versions: Mapping[str, int] | None = None,
        inputs: Mapping[str, Any] | None = None,
        model: str | None = None,
        budget_usd: float | None = None,
        fresh: bool = False,
    ) -> WorkflowRun:
        """Runs the workflow, or the part of it that WorkflowRequest describes, to its end.

        A response is used again where everything about it is the same. A step that fails stops
        those that depend on it and nothing else; the workflow run says so. FourfoldError where it
        is being run already.
        """
        self._refuse_second()
        _, ended = await self._in_turn(
            WorkflowRequest(
                start=start,
                until=until,
                versions=versions or {},
                fresh=fresh,
                inputs=inputs or {},
                model=model,
                budget_usd=budget_usd,
            )
        )
        return ended

    def _refuse_second(self) -> None:
        if self.executions:
            name = self.executions[0].run.name
            raise FourfoldError(f"{name} is being run already; wait for it, or cancel it.")

    async def _in_turn(self, request: WorkflowRequest) -> tuple[WorkflowExecution, WorkflowRun]:
        async with self._turns:
            execution = await self.begin(request, agreed=True)
            return execution, await self.finish(execution)

    async def begin(
        self,
        request: WorkflowRequest,
        on_change: Callable[[Run], None] = lambda _: None,
        resumed: WorkflowRun | None = None,
        *,
        agreed: bool = False,
    ) -> WorkflowExecution:
        """What `finish` carries out: planned, with a promised run for each step, and not begun.

        Raises as `make_plan` does, and FourfoldError where the workflow is being run already.
        Where workflow.yaml names no step and the user has not `agreed` to ask for every prompt that
        is there, UnnamedStepsError has the question.
        """
        async with self._planning:
            self._refuse_second()
            plan = await self._engine.call(make_plan, self._engine.project, request)
            if plan.is_unnamed and not agreed and resumed is None:
                unnamed = await unnamed_steps(plan, self._engine.registry)
                if unnamed is not None:
                    raise unnamed
            model = await self._usual_model(plan)
            execution = WorkflowExecution(self._engine, plan, model, on_change, resumed)
            self.executions.append(execution)
            return execution

    async def finish(self, execution: WorkflowExecution) -> WorkflowRun:
        """Carries out what was begun, and returns how it ended."""
        try:
            await self._engine.in_store(lambda store: leave_others(store, execution.run))
            return await execution.carry_out()
        finally:
            self.executions.remove(execution)

    async def plan(self, request: WorkflowRequest) -> answers.PlannedWorkflow:
        """What would be run, and about what it would cost; no model is asked. Raises as `begin`."""
        plan = await self._engine.call(make_plan, self._engine.project, request)
        await self._usual_model(plan)
        return answers.PlannedWorkflow.of(await estimates(plan, self._engine.registry))

    async def _usual_model(self, plan: WorkflowPlan) -> str:
        """What the model of a step is called that asks for none; FourfoldError where there is none
        of the name that is asked for."""
        asked = plan.request.model
        try:
            model = await self._engine.registry.resolve(
                requested=asked, preferred=plan.default_model
            )
        except FourfoldError:  # said by the steps, each of which may have another
            if asked is not None:
                raise
            return plan.default_model or NO_MODEL
        return model.label

    async def to_json(self) -> dict[str, Any]:
        """The workflow as it stands: Workflow of PROTOCOL.md. `WorkflowDocument.from_json` reads it
        back."""
        document = await self._engine.call(answers.read_workflow, self._engine.project)
        return document.to_json()
