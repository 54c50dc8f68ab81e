"""Reading and writing runs, as `RunStore` and `RunLog` say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fourfold.store.errors import NotKeptError
from fourfold.store.records import DID_NOT_PASS, RUNS_OF_A_TEXT
from fourfold.store.sqlite.run_rows import ANSWER, ASKED, CHANGING, COLUMNS, SUMMARY, WHOLE, row_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from fourfold.store.records import Run

INTERRUPTED = "Fourfold was stopped while this run was going on; run it again."

_INSERT = (
    f"INSERT INTO runs (step_id, owner, fingerprint, {', '.join(COLUMNS)}) "
    f"VALUES (?, ?, ?, {', '.join('?' * len(COLUMNS))})"
)
_UPDATE = f"UPDATE runs SET {', '.join(f'{name} = ?' for name in CHANGING)} WHERE id = ?"
_inserted = row_of(COLUMNS)
_updated = row_of([*CHANGING, "id"])

_FROM = "FROM runs r JOIN steps s ON s.id = r.step_id"
# SQLite would rather look at all runs of a text, of which a large matrix has thousands.
_FROM_FINGERPRINT = _FROM.replace("runs r", "runs r INDEXED BY runs_by_fingerprint")
_TEXT = (
    "s.name = ? AND r.step_id = s.id AND r.hash = "
    "(SELECT hash FROM versions WHERE step_id = s.id AND number = ?)"
)
_OWN = "r.owner <> 'others'"
_CAN_STAND_FOR_ANOTHER = (
    "r.status = 'succeeded' AND NOT r.truncated "
    "AND coalesce(r.finish_reason, 'stop') = 'stop' "
    "AND trim(r.response, char(9, 10, 13, 32)) <> ''"
)
_KINDS = ", ".join(f"'{kind}'" for kind in DID_NOT_PASS)
_ANSWERED = (
    f"(status = 'succeeded' OR (status = 'failed' AND coalesce(error_kind, '') IN ({_KINDS})))"
)
OF_NO_TEST = f"(test IS NULL OR NOT {_ANSWERED})"
"""Runs that answer no test. Those that do are evidence that was paid for, and is kept."""

NOT_REFERRED_TO = (
    f"{OF_NO_TEST} AND status NOT IN ('queued', 'running') "
    "AND NOT EXISTS (SELECT 1 FROM step_runs WHERE run = runs.id) "
    "AND NOT EXISTS (SELECT 1 FROM scores WHERE run = runs.id) "
    "AND NOT EXISTS (SELECT 1 FROM ratings WHERE run = runs.id) "
    "AND NOT EXISTS (SELECT 1 FROM runs later WHERE later.previous = runs.id)"
)


def insert_runs(
    connection: sqlite3.Connection, runs: Sequence[Run], fingerprints: Sequence[str], owner: str
) -> None:
    texts = {(run.step, run.version, run.hash) for run in runs}
    ids = {text: _step_id(connection, *text) for text in texts}
    connection.executemany(
        _INSERT,
        [
            (ids[run.step, run.version, run.hash], owner, fingerprint, *_inserted(run))
            for run, fingerprint in zip(runs, fingerprints, strict=True)
        ],
    )
    grown = {(ids[run.step, run.version, run.hash], run.hash) for run in runs if run.test is None}
    for step_id, text in grown:
        connection.execute(
            "DELETE FROM runs WHERE step_id = ?1 AND hash = ?2 AND owner <> 'others' AND place <= ("
            "SELECT place FROM runs WHERE step_id = ?1 AND hash = ?2 AND owner <> 'others' "
            f"AND {OF_NO_TEST} ORDER BY place DESC LIMIT 1 OFFSET {RUNS_OF_A_TEXT}) "
            f"AND {NOT_REFERRED_TO}",
            (step_id, text),
        )


def _step_id(connection: sqlite3.Connection, step: str, version: int | None, text: str) -> int:
    row = connection.execute(
        "SELECT id FROM steps WHERE name = ?1 AND (?2 IS NULL OR EXISTS ("
        "SELECT 1 FROM versions WHERE step_id = id AND number = ?2 AND hash = ?3))",
        (step, version, text),
    ).fetchone()
    if row is None:
        raise NotKeptError(
            "A version that was to be run is no longer kept, as newer ones have come; run the "
            "current one."
        )
    return int(row[0])


def update_run(connection: sqlite3.Connection, run: Run) -> None:
    connection.execute(_UPDATE, _updated(run))


def checkpoint(connection: sqlite3.Connection, texts: Mapping[str, str]) -> None:
    connection.executemany(
        "UPDATE runs SET response = ? WHERE id = ?", [(text, id_) for id_, text in texts.items()]
    )


def find_run(connection: sqlite3.Connection, run_id: str) -> Run | None:
    return _one(connection, "r.id = ?", run_id)


def find_identical(
    connection: sqlite3.Connection, fingerprint: str, others: bool = False
) -> Run | None:
    whose = "" if others else f" AND {_OWN}"
    row = connection.execute(
        f"SELECT {WHOLE.sql} {_FROM} WHERE r.fingerprint = ? AND {_CAN_STAND_FOR_ANOTHER} "
        f"AND NOT r.cached{whose} ORDER BY {_OWN} DESC, r.place DESC LIMIT 1",
        (fingerprint,),
    ).fetchone()
    return with_tries(connection, WHOLE.run(row)) if row else None


def is_asked_elsewhere(connection: sqlite3.Connection, run_id: str) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM runs r JOIN runs own ON own.id = ?1 "
        "WHERE r.fingerprint = own.fingerprint AND r.status IN ('queued', 'running') "
        "AND r.owner NOT IN (own.owner, 'others') AND r.place < own.place)",
        (run_id,),
    ).fetchone()
    return bool(row[0])


def find_evidence(
    connection: sqlite3.Connection, step: str, text: str, fingerprint: str, others: bool = False
) -> Run | None:
    # Of a run of which only scores were given nobody knows what it answered.
    whose = f"({_OWN} OR r.response <> '')" if others else _OWN
    row = connection.execute(
        f"SELECT {WHOLE.sql} {_FROM_FINGERPRINT} WHERE s.name = ? AND r.hash = ? "
        "AND r.fingerprint = ? "
        f"AND {whose} AND r.test IS NOT NULL AND NOT {OF_NO_TEST} "
        f"ORDER BY {_OWN} DESC, r.place LIMIT 1",
        (step, text, fingerprint),
    ).fetchone()
    return WHOLE.run(row) if row else None


def find_own(
    connection: sqlite3.Connection, step: str, fingerprint: str, recipe: str
) -> Run | None:
    return _one(
        connection,
        f"s.name = ? AND r.fingerprint = ? AND r.recipe = ? AND {_OWN} "
        f"AND {_CAN_STAND_FOR_ANOTHER} AND NOT EXISTS (SELECT 1 FROM runs n "
        "WHERE n.step_id = r.step_id AND n.recipe = r.recipe AND n.recipe <> '' "
        "AND n.place > r.place)",
        step,
        fingerprint,
        recipe,
    )


def runs_of_version(connection: sqlite3.Connection, step: str, version: int) -> list[Run]:
    rows = connection.execute(
        f"SELECT {SUMMARY.sql} {_FROM} WHERE {_TEXT} ORDER BY r.place DESC", (step, version)
    )
    return [with_tries(connection, SUMMARY.run(row)) for row in rows]


def answers_of_version(
    connection: sqlite3.Connection, step: str, version: int, limit: int
) -> list[Run]:
    rows = connection.execute(
        f"SELECT {ASKED.sql} {_FROM} WHERE {_TEXT} AND r.test IS NULL "
        "ORDER BY r.place DESC LIMIT ?",
        (step, version, limit),
    )
    return [with_tries(connection, ASKED.run(row)) for row in rows]


def answers_to_tests(connection: sqlite3.Connection, step: str) -> list[Run]:
    rows = connection.execute(
        f"SELECT {ANSWER.sql} {_FROM} WHERE s.name = ? AND r.test IS NOT NULL "
        "ORDER BY r.author IS NOT NULL, r.place",
        (step,),
    )
    return [ANSWER.run(row) for row in rows]


def newest_runs(
    connection: sqlite3.Connection, steps: Collection[str] | None, limit: int
) -> list[Run]:
    rows = connection.execute(
        f"SELECT {SUMMARY.sql} {_FROM} WHERE ?1 IS NULL OR s.name IN (SELECT value FROM "
        "json_each(?1)) ORDER BY r.place DESC LIMIT ?2",
        (None if steps is None else json.dumps(sorted(steps)), limit),
    )
    return [with_tries(connection, SUMMARY.run(row)) for row in rows]


def latest_run(
    connection: sqlite3.Connection, step: str, version: int, test: str | None = None
) -> Run | None:
    row = connection.execute(
        f"SELECT {WHOLE.sql} {_FROM} WHERE {_TEXT} AND (?3 IS NULL OR r.test = ?3) "
        "ORDER BY r.author IS NOT NULL, r.test IS NOT NULL, r.status <> 'succeeded', "
        "r.response = '', r.place DESC LIMIT 1",
        (step, version, test),
    ).fetchone()
    return WHOLE.run(row) if row else None


def is_rated(connection: sqlite3.Connection, step: str, version: int) -> bool:
    found = connection.execute(
        f"SELECT EXISTS (SELECT 1 {_FROM} JOIN ratings ON run = r.id WHERE {_TEXT})",
        (step, version),
    ).fetchone()
    return bool(found[0])


def tries_before(connection: sqlite3.Connection, run_id: str) -> list[Run]:
    """The runs before this one whose responses did not fit, the first one first."""
    rows = connection.execute(
        "WITH RECURSIVE chain (id, depth) AS ("
        "SELECT previous, 1 FROM runs WHERE id = ? AND previous IS NOT NULL UNION "
        "SELECT previous, depth + 1 FROM runs JOIN chain USING (id) "
        "WHERE previous IS NOT NULL AND depth < 100) "
        f"SELECT {SUMMARY.sql} {_FROM} JOIN chain ON chain.id = r.id ORDER BY depth DESC",
        (run_id,),
    )
    return [SUMMARY.run(row) for row in rows]


def with_tries(connection: sqlite3.Connection, run: Run) -> Run:
    """The run with those before it whose responses did not fit."""
    if run.previous is None:
        return run
    return replace(run, tries=tuple(tries_before(connection, run.id)))


def unfinished_owners(connection: sqlite3.Connection) -> list[str]:
    """The sessions that have runs queued or running."""
    rows = connection.execute(
        "SELECT DISTINCT owner FROM runs WHERE status IN ('queued', 'running')"
    )
    return [owner for (owner,) in rows]


def mark_interrupted(connection: sqlite3.Connection, owner: str) -> int:
    """Ends the unfinished runs of a session that is gone; what had arrived of them is kept."""
    return connection.execute(
        "UPDATE runs SET status = 'failed', error = ?, error_kind = 'interrupted' "
        "WHERE owner = ? AND status IN ('queued', 'running')",
        (INTERRUPTED, owner),
    ).rowcount


def _one(connection: sqlite3.Connection, condition: str, *values: Any) -> Run | None:
    row = connection.execute(
        f"SELECT {WHOLE.sql} {_FROM} WHERE {condition} ORDER BY r.place DESC LIMIT 1", values
    ).fetchone()
    return with_tries(connection, WHOLE.run(row)) if row else None
