"""What the workflow asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fourfold.store.facts import Result, StepNow
    from fourfold.store.records import Run, StepRun, WorkflowRun


class WorkflowStore(Protocol):
    """What the steps of a workflow stand on, and its runs."""

    def steps_now(self) -> list[StepNow]:
        """Every step with its current version."""

    def results(self) -> list[Result]:
        """Of each step, recipe and status the newest run, the newest last."""

    def newest_runs(self) -> dict[str, Run]:
        """The newest run of each step that has one, without its response."""

    def find_own(self, step: str, fingerprint: str, recipe: str) -> Run | None:
        """The newest run of the step by this recipe, if the same request was answered whole."""

    def begin_workflow_run(self, run: WorkflowRun) -> None:
        """Adds a workflow run that this process carries out, or takes over an interrupted one."""

    def end_workflow_run(self, run: WorkflowRun) -> None:
        """Stores how a workflow run ended."""

    def add_step_run(self, workflow_run: str, step_run: StepRun) -> None:
        """Notes how a step went; a later note about the same step replaces it."""

    def workflow_runs(self, limit: int) -> list[WorkflowRun]:
        """The newest workflow runs first."""

    def find_workflow_run(self, run_id: str) -> WorkflowRun | None: ...

    def step_runs(self, workflow_run: str) -> list[StepRun]:
        """How each step went in a workflow run, in no order."""

    def interrupted_workflow_runs(self) -> list[WorkflowRun]:
        """The workflow runs whose process was killed, the oldest first."""
