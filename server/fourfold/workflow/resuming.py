"""Workflow runs whose process was killed: going on with them, or leaving them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.workflow.plan import WorkflowRequest

if TYPE_CHECKING:
    from fourfold.store.ports.workflow import WorkflowStore
    from fourfold.store.records import WorkflowRun


def interrupted(store: WorkflowStore) -> list[WorkflowRun]:
    """The newest interrupted workflow run; older ones, which nobody will go on with, are ended."""
    found = store.interrupted_workflow_runs()
    for run in found[:-1]:
        leave(store, run)
    return found[-1:]


def leave_others(store: WorkflowStore, begun: WorkflowRun) -> None:
    """Ends the interrupted workflow runs that one that begins now takes the place of."""
    for run in store.interrupted_workflow_runs():
        if run.id != begun.id:
            leave(store, run)


def leave(store: WorkflowStore, run: WorkflowRun) -> None:
    """Ends a workflow run as it was left."""
    store.end_workflow_run(replace(run, ended=datetime.now(UTC)))


def request_of(run: WorkflowRun) -> WorkflowRequest:
    """What to ask for so that the workflow run goes on."""
    return WorkflowRequest.from_json(run.request)
