"""What the steps of a workflow stand on: their current texts, and the results of their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.facts import Result, StepNow
from fourfold.store.sqlite.run_rows import SUMMARY
from fourfold.store.sqlite.runs import with_tries

if TYPE_CHECKING:
    import sqlite3

    from fourfold.store.records import Run


def steps_now(connection: sqlite3.Connection) -> list[StepNow]:
    rows = connection.execute(
        "SELECT s.name, s.current, v.hash, s.executed FROM steps s "
        "JOIN versions v ON v.step_id = s.id AND v.number = s.current"
    )
    return [
        StepNow(step, current, text_hash, bool(executed))
        for step, current, text_hash, executed in rows
    ]


def results(connection: sqlite3.Connection) -> list[Result]:
    rows = connection.execute(
        "SELECT s.name, r.recipe, r.status, r.id, r.output FROM runs r "
        "JOIN steps s ON s.id = r.step_id WHERE r.recipe <> '' "
        "GROUP BY r.step_id, r.recipe, r.status ORDER BY max(r.place)"
    )
    return list(map(Result._make, rows))


def newest_runs(connection: sqlite3.Connection) -> dict[str, Run]:
    rows = connection.execute(
        f"SELECT {SUMMARY.sql} FROM runs r JOIN steps s ON s.id = r.step_id "
        "WHERE r.place IN (SELECT max(place) FROM runs WHERE owner <> 'others' GROUP BY step_id)"
    )
    return {run.step: with_tries(connection, run) for run in map(SUMMARY.run, rows)}
