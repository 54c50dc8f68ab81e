"""Runs of the workflow that are kept: listing them, and two against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers import workflow as answers
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.reports.workflow_comparison import (
    ComparedStep,
    ComparedStepRun,
    WorkflowComparison,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.project.project import Project
    from fourfold.store.records import WorkflowRun

MOST_LISTED = 50


def list_runs(project: Project) -> answers.WorkflowRuns:
    """The newest runs of the workflow first."""
    runs = project.store.workflow_runs(MOST_LISTED)
    return answers.WorkflowRuns(runs=[with_steps(project, run) for run in runs])


def with_steps(project: Project, run: WorkflowRun) -> answers.WorkflowRun:
    """A run of the workflow with how its steps went, in their order."""
    steps = {one.step: one for one in project.store.step_runs(run.id)}
    return answers.WorkflowRun.of(run, [steps[one] for one in project.workflow().ordered(steps)])


def compare_runs(project: Project, ids: Sequence[str] | None) -> WorkflowComparison:
    """These two workflow runs, or the newest two, the older one on the left.

    InvalidArgumentError where one of them is not there; FourfoldError where there are not two.
    """
    left, right = _two(project, ids)
    sides = [_by_step(project, left), _by_step(project, right)]
    steps = project.workflow().ordered({*sides[0], *sides[1]})
    return WorkflowComparison(
        left,
        right,
        tuple(ComparedStep(step, sides[0].get(step), sides[1].get(step)) for step in steps),
    )


def _two(project: Project, ids: Sequence[str] | None) -> tuple[WorkflowRun, WorkflowRun]:
    if ids is None:
        newest = project.store.workflow_runs(2)
        if len(newest) < 2:  # noqa: PLR2004
            raise FourfoldError(
                "There are no two runs of the workflow to compare yet; run it once more."
            )
        return newest[1], newest[0]
    if len(set(ids)) != 2:  # noqa: PLR2004
        raise InvalidArgumentError("runs", "name two different runs of the workflow.")
    found = [project.store.find_workflow_run(one) for one in ids]
    for run_id, run in zip(ids, found, strict=True):
        if run is None:
            raise InvalidArgumentError("runs", f"there is no workflow run {run_id}.")
    left, right = (run for run in found if run is not None)
    return left, right


def _by_step(project: Project, run: WorkflowRun) -> dict[str, ComparedStepRun]:
    return {
        one.step: ComparedStepRun(one, project.store.find_run(one.run) if one.run else None)
        for one in project.store.step_runs(run.id)
    }
