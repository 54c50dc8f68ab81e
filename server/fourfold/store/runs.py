"""Reading and writing runs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fourfold.store.records import Run

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

SUMMARY_COLUMNS = (
    "id, version, test, repeat, model, status, error, started, first_token_ms, duration_ms, "
    "input_tokens, output_tokens, cost_usd, cached, passed, asserted, rating"
)
RUN_COLUMNS = f"{SUMMARY_COLUMNS}, inputs, messages, parameters, response, recipe, output, value"
_RATINGS = len(("passed", "asserted", "rating"))

INTERRUPTED = "Fourfold was stopped while this run was going on; run it again."


def run_from_row(step: str, row: tuple[Any, ...]) -> Run:
    """A run from a row of SUMMARY_COLUMNS or RUN_COLUMNS."""
    id_, version, test, repeat, model, status, error, started, *figures, cached = row[:14]
    rest: list[Any] = list(row[14:])
    if len(rest) > _RATINGS:
        rest[_RATINGS : _RATINGS + 3] = map(json.loads, rest[_RATINGS : _RATINGS + 3])
    values: tuple[Any, ...] = (
        id_,
        step,
        version,
        model,
        status,
        test,
        repeat,
        error,
        datetime.fromisoformat(started) if started else None,
        *figures,
        bool(cached),
        *rest,
    )
    return Run(*values)


def insert_runs(
    connection: sqlite3.Connection, runs: Sequence[Run], fingerprints: Sequence[str], owner: str
) -> None:
    """Adds runs of kept versions; a run of a version that is gone raises IntegrityError."""
    connection.executemany(
        "INSERT INTO runs (step_id, owner, fingerprint, id, version, test, repeat, model, status, "
        "error, started, first_token_ms, duration_ms, input_tokens, output_tokens, cost_usd, "
        "cached, passed, asserted, rating, inputs, messages, parameters, response, recipe, output, "
        "value) VALUES ((SELECT id FROM steps WHERE name = ?), "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                run.step,
                owner,
                fingerprint,
                run.id,
                run.version,
                run.test,
                run.repeat,
                run.model,
                *_mutable(run),
                _json(run.inputs),
                _json(list(run.messages)),
                _json(run.parameters),
                run.response,
                run.recipe,
                run.output,
                run.value,
            )
            for run, fingerprint in zip(runs, fingerprints, strict=True)
        ],
    )


def update_runs(connection: sqlite3.Connection, runs: Iterable[Run]) -> None:
    """Stores what changes while a run goes on. A run that went with its version is passed over."""
    connection.executemany(
        "UPDATE runs SET status = ?, error = ?, started = ?, first_token_ms = ?, duration_ms = ?, "
        "input_tokens = ?, output_tokens = ?, cost_usd = ?, cached = ?, passed = ?, asserted = ?, "
        "rating = ?, response = ?, output = ?, value = ? WHERE id = ?",
        [(*_mutable(run), run.response, run.output, run.value, run.id) for run in runs],
    )


def checkpoint(connection: sqlite3.Connection, texts: Mapping[str, str]) -> None:
    """Stores what has arrived of responses that still stream: run id → text so far."""
    connection.executemany(
        "UPDATE runs SET response = ? WHERE id = ?", [(text, id_) for id_, text in texts.items()]
    )


def find_run(connection: sqlite3.Connection, run_id: str) -> Run | None:
    """The whole run, its response included."""
    return _one(connection, "r.id = ?", run_id)


def find_identical(connection: sqlite3.Connection, fingerprint: str) -> Run | None:
    """The newest succeeded run of the same request that was really sent to a model."""
    return _one(
        connection, "r.fingerprint = ? AND r.status = 'succeeded' AND NOT r.cached", fingerprint
    )


def find_own(
    connection: sqlite3.Connection, step: str, fingerprint: str, recipe: str
) -> Run | None:
    """The newest run of the step by this recipe, if it succeeded with the same request."""
    return _one(
        connection,
        "s.name = ? AND r.fingerprint = ? AND r.recipe = ? AND r.status = 'succeeded' AND NOT "
        "EXISTS (SELECT 1 FROM runs n WHERE n.step_id = r.step_id AND n.recipe = r.recipe AND "
        "n.recipe <> '' AND n.id > r.id)",
        step,
        fingerprint,
        recipe,
    )


def runs_of_version(connection: sqlite3.Connection, step: str, version: int) -> list[Run]:
    """The runs of a version, newest first, without their responses."""
    columns = ", ".join(f"r.{name}" for name in SUMMARY_COLUMNS.split(", "))
    rows = connection.execute(
        f"SELECT {columns} FROM runs r JOIN steps s ON s.id = r.step_id "
        "WHERE s.name = ? AND r.version = ? ORDER BY r.id DESC",
        (step, version),
    )
    return [run_from_row(step, row) for row in rows]


def latest_run(connection: sqlite3.Connection, step: str, version: int) -> Run | None:
    """The newest run of a version with a whole response, else with a part of one, else any."""
    row = connection.execute(
        "SELECT r.id FROM runs r JOIN steps s ON s.id = r.step_id "
        "WHERE s.name = ? AND r.version = ? "
        "ORDER BY r.status <> 'succeeded', r.response = '', r.id DESC LIMIT 1",
        (step, version),
    ).fetchone()
    return find_run(connection, row[0]) if row else None


def unfinished_owners(connection: sqlite3.Connection) -> list[str]:
    """The sessions that have runs queued or running."""
    rows = connection.execute(
        "SELECT DISTINCT owner FROM runs WHERE status IN ('queued', 'running')"
    )
    return [owner for (owner,) in rows]


def mark_interrupted(connection: sqlite3.Connection, owner: str) -> int:
    """Ends the unfinished runs of a session that is gone; what had arrived of them is kept."""
    return connection.execute(
        "UPDATE runs SET status = 'failed', error = ? "
        "WHERE owner = ? AND status IN ('queued', 'running')",
        (INTERRUPTED, owner),
    ).rowcount


def _one(connection: sqlite3.Connection, condition: str, *values: str) -> Run | None:
    columns = ", ".join(f"r.{name}" for name in RUN_COLUMNS.split(", "))
    row = connection.execute(
        f"SELECT s.name, {columns} FROM runs r JOIN steps s ON s.id = r.step_id "
        f"WHERE {condition} ORDER BY r.id DESC LIMIT 1",
        values,
    ).fetchone()
    return run_from_row(row[0], row[1:]) if row else None


def _mutable(run: Run) -> tuple[Any, ...]:
    return (
        run.status,
        run.error,
        run.started.isoformat(timespec="milliseconds") if run.started else None,
        run.first_token_ms,
        run.duration_ms,
        run.input_tokens,
        run.output_tokens,
        run.cost_usd,
        run.cached,
        run.passed,
        run.asserted,
        run.rating,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
