"""Reading and writing runs of the whole workflow, and which run each step had in them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fourfold.store.records import StepRun, WorkflowRun

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

INTERRUPTED = "Fourfold was stopped while the workflow was being run; run it again to go on."

Owned = tuple[str, WorkflowRun]
"""A workflow run after the session that owns it."""

_COLUMNS = "id, name, status, error, started, ended, request"


def insert(connection: sqlite3.Connection, run: WorkflowRun, owner: str) -> None:
    """Adds a workflow run, or takes over one whose process is gone."""
    connection.execute(
        f"INSERT INTO workflow_runs ({_COLUMNS}, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET status = excluded.status, owner = excluded.owner",
        (
            run.id,
            run.name,
            run.status,
            run.error,
            _written(run.started),
            _written(run.ended),
            json.dumps(run.request),
            owner,
        ),
    )


def end(connection: sqlite3.Connection, run: WorkflowRun) -> None:
    connection.execute(
        "UPDATE workflow_runs SET status = ?, error = ?, ended = ? WHERE id = ?",
        (run.status, run.error, _written(run.ended), run.id),
    )


def add_step_run(connection: sqlite3.Connection, workflow_run: str, step_run: StepRun) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO step_runs (workflow_run, step, version, run, status, reused, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            workflow_run,
            step_run.step,
            step_run.version,
            step_run.run,
            step_run.status,
            step_run.reused,
            step_run.error,
        ),
    )


def newest(connection: sqlite3.Connection, limit: int) -> list[Owned]:
    rows = connection.execute(
        f"SELECT owner, {_COLUMNS} FROM workflow_runs ORDER BY place DESC LIMIT ?", (limit,)
    )
    return [_owned(row) for row in rows]


def find(connection: sqlite3.Connection, run_id: str) -> Owned | None:
    row = connection.execute(
        f"SELECT owner, {_COLUMNS} FROM workflow_runs WHERE id = ?", (run_id,)
    ).fetchone()
    return _owned(row) if row else None


def step_runs(connection: sqlite3.Connection, workflow_run: str) -> list[StepRun]:
    rows = connection.execute(
        "SELECT step, version, run, status, reused, error FROM step_runs WHERE workflow_run = ?",
        (workflow_run,),
    )
    return [
        StepRun(step, version, run, status, bool(reused), error)
        for step, version, run, status, reused, error in rows
    ]


def unfinished(connection: sqlite3.Connection) -> list[Owned]:
    """The workflow runs that have not ended."""
    rows = connection.execute(
        f"SELECT owner, {_COLUMNS} FROM workflow_runs WHERE status = 'running' ORDER BY place"
    )
    return [_owned(row) for row in rows]


def _owned(row: Sequence[Any]) -> Owned:
    return row[0], _run(row[1:])


def _run(row: Sequence[Any]) -> WorkflowRun:
    run_id, name, status, error, started, ended, request = row
    return WorkflowRun(
        run_id,
        name,
        status,
        datetime.fromisoformat(started),
        json.loads(request),
        error,
        datetime.fromisoformat(ended) if ended else None,
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
