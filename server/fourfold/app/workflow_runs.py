"""Runs of the workflow that are kept: listing them, and two against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.app.shapes import moment
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.reports.documents import Document
from fourfold.reports.workflow_comparison import (
    ComparedStep,
    ComparedStepRun,
    WorkflowComparison,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.shapes import UriOf
    from fourfold.project.project import Project
    from fourfold.store.records import StepRun, WorkflowRun

MOST_LISTED = 50


def list_runs(project: Project) -> list[dict[str, Any]]:
    """The newest runs of the workflow first, as WorkflowRun of PROTOCOL.md."""
    runs = project.store.workflow_runs(MOST_LISTED)
    order = project.workflow().ordered
    listed = []
    for run in runs:
        steps = {one.step: one for one in project.store.step_runs(run.id)}
        listed.append(workflow_run_shape(run, [steps[step] for step in order(steps)]))
    return listed


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
        raise InvalidArgumentError("runs", "runs: name two different runs of the workflow.")
    found = [project.store.find_workflow_run(one) for one in ids]
    for run_id, run in zip(ids, found, strict=True):
        if run is None:
            raise InvalidArgumentError("runs", f"runs: there is no workflow run {run_id}.")
    left, right = (run for run in found if run is not None)
    return left, right


def _by_step(project: Project, run: WorkflowRun) -> dict[str, ComparedStepRun]:
    return {
        one.step: ComparedStepRun(one, project.store.find_run(one.run) if one.run else None)
        for one in project.store.step_runs(run.id)
    }


def workflow_run_shape(run: WorkflowRun, steps: Sequence[StepRun]) -> dict[str, Any]:
    """WorkflowRun of PROTOCOL.md, with these `steps` in their order."""
    return {
        "id": run.id,
        "name": run.name,
        "status": run.status,
        "error": run.error,
        "started": moment(run.started),
        "ended": moment(run.ended),
        "from": None,
        "until": None,
        "versions": {},
        "fresh": False,
        "inputs": {},
        **run.request,
        "steps": [
            {
                "step": one.step,
                "version": one.version,
                "run": one.run,
                "status": one.status,
                "reused": one.reused,
                "error": one.error,
            }
            for one in steps
        ],
    }


def comparison_shape(compared: WorkflowComparison, uri_of: UriOf) -> dict[str, Any]:
    """WorkflowComparison of PROTOCOL.md: a pair for each step that both have a response of."""
    return {
        "uri": uri_of(comparison_document_of(compared)),
        "title": compared.title,
        "runs": [compared.left.id, compared.right.id],
        "pairs": [
            {
                "title": f"{step.step}: {step.left.run.label} ↔ {step.right.run.label}",
                "left": uri_of(Document("answer", step.step, run=step.left.run.id)),
                "right": uri_of(Document("answer", step.step, run=step.right.run.id)),
                "same": step.same_response,
            }
            for step in compared.steps
            if step.left and step.right and step.left.run and step.right.run
        ],
    }


def comparison_document_of(compared: WorkflowComparison) -> Document:
    """The document of a comparison."""
    return Document("workflow-comparison", run=f"{compared.left.id}-{compared.right.id}")
