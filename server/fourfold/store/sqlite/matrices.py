"""Matrices of tests as rows: what was compared, and what each answer came to."""

from __future__ import annotations

import json
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from fourfold.store.records import (
    KeptAnswer,
    KeptArm,
    KeptMatrix,
    MatrixOutline,
    RefusedTest,
    TestResult,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

MATRICES_OF_A_STEP = 10
"""How many of the newest matrices of a step are kept."""

written = attrgetter(
    *("arm", "place", "passed", "score", "reason", "response", "agreed", "differed", "run")
)
_COLUMNS = (
    "m.id, s.name, m.started, m.seed, m.baseline, m.stopped, m.calls, m.cached, m.cost_usd, "
    "m.author"
)
NEWEST_FIRST = "ORDER BY m.started DESC, m.place DESC"


def begin(connection: sqlite3.Connection, matrix: KeptMatrix, owner: str) -> None:
    """Adds a matrix that its owner carries out, without answers; the oldest of its step go."""
    (step_id,) = connection.execute(
        "SELECT id FROM steps WHERE name = ?", (matrix.step,)
    ).fetchone()
    insert(connection, matrix, step_id, owner)


def insert(
    connection: sqlite3.Connection, matrix: KeptMatrix, step_id: int, owner: str, heard: str = ""
) -> None:
    """Adds a matrix to a step; of those of this user's, or of those of others, the oldest go."""
    connection.execute(
        "INSERT INTO matrices (id, step_id, owner, started, seed, baseline, calls, cached, "
        "refused, author, heard) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, nullif(?, ''))",
        (
            matrix.id,
            step_id,
            owner,
            matrix.started.isoformat(timespec="milliseconds"),
            matrix.seed,
            matrix.baseline,
            json.dumps(matrix.refused),
            matrix.author,
            heard,
        ),
    )
    connection.executemany(
        "INSERT INTO matrix_arms VALUES (?, ?, ?, ?, ?, ?, 0)",
        [
            (matrix.id, place, json.dumps(arm.version), arm.model, arm.label, arm.hash)
            for place, arm in enumerate(matrix.arms)
        ],
    )
    connection.executemany(
        "INSERT INTO matrix_tests VALUES (?, ?, ?, ?)",
        [(matrix.id, place, test, name) for place, (test, name) in enumerate(matrix.tests)],
    )
    numbers = {test: number for number, (test, _) in enumerate(matrix.tests)}
    connection.executemany(
        "INSERT INTO matrix_places VALUES (?, ?, ?, ?)",
        [
            (matrix.id, place, numbers[test], repeat)
            for place, (test, repeat) in enumerate(matrix.order)
        ],
    )
    theirs = matrix.author is not None
    connection.execute(
        "DELETE FROM matrices WHERE step_id = ?1 AND (stopped IS NOT NULL OR ?3) "
        "AND (author IS NOT NULL) = ?3 AND place NOT IN (SELECT m.place FROM matrices m "
        f"WHERE step_id = ?1 AND (author IS NOT NULL) = ?3 {NEWEST_FIRST} LIMIT ?2)",
        (step_id, MATRICES_OF_A_STEP, theirs),
    )


def add_answers(
    connection: sqlite3.Connection,
    matrix: str,
    answers: Iterable[KeptAnswer],
    calls: int,
    cached: int,
    cost_usd: float | None,
) -> None:
    connection.execute(
        "UPDATE matrices SET calls = ?, cached = ?, cost_usd = ? WHERE id = ?",
        (calls, cached, cost_usd, matrix),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO matrix_answers SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 "
        "WHERE EXISTS (SELECT 1 FROM matrices WHERE id = ?1)",
        [(matrix, *written(one)) for one in answers],
    )


def end(connection: sqlite3.Connection, matrix: str, stopped: str, left: Iterable[int]) -> None:
    """Notes how a matrix ended, and the arms that were not asked to the end."""
    connection.execute("UPDATE matrices SET stopped = ? WHERE id = ?", (stopped, matrix))
    connection.executemany(
        "UPDATE matrix_arms SET left_out = 1 WHERE matrix = ? AND arm = ?",
        [(matrix, arm) for arm in left],
    )


def find(connection: sqlite3.Connection, step: str, matrix: str | None = None) -> KeptMatrix | None:
    """A matrix of a step by its id, else the last one; None where there is none."""
    row = connection.execute(
        f"SELECT {_COLUMNS}, m.refused FROM matrices m JOIN steps s ON s.id = m.step_id "
        f"WHERE s.name = ?1 AND (?2 IS NULL OR m.id = ?2) {NEWEST_FIRST} LIMIT 1",
        (step, matrix),
    ).fetchone()
    if row is None:
        return None
    id_, name, started, seed, baseline, stopped, calls, cached, cost_usd, author, refused = row
    return KeptMatrix(
        id=id_,
        step=name,
        started=datetime.fromisoformat(started),
        seed=seed,
        arms=[
            KeptArm(
                json.loads(version) if author is None else here or f"text {hash_[:7]}",
                model,
                label,
                hash_,
                bool(left),
            )
            for version, model, label, hash_, left, here in connection.execute(
                "SELECT a.version, a.model, a.label, a.hash, a.left_out, v.number "
                "FROM matrix_arms a JOIN matrices m ON m.id = a.matrix LEFT JOIN versions v "
                "ON v.step_id = m.step_id AND v.hash = a.hash WHERE a.matrix = ? ORDER BY a.arm",
                (id_,),
            )
        ],
        tests=connection.execute(
            "SELECT test, name FROM matrix_tests WHERE matrix = ? ORDER BY number", (id_,)
        ).fetchall(),
        order=connection.execute(
            "SELECT t.test, p.repeat FROM matrix_places p JOIN matrix_tests t "
            "ON t.matrix = p.matrix AND t.number = p.number WHERE p.matrix = ? ORDER BY p.place",
            (id_,),
        ).fetchall(),
        baseline=baseline,
        stopped=stopped,
        calls=calls,
        cached=cached,
        cost_usd=cost_usd,
        author=author,
        refused=[RefusedTest(*one) for one in json.loads(refused)],
    )


def outlines(connection: sqlite3.Connection, step: str) -> list[MatrixOutline]:
    """The kept matrices of a step, the newest first."""
    found = connection.execute(
        "SELECT m.id, m.author FROM matrices m JOIN steps s ON s.id = m.step_id WHERE s.name = ? "
        f"{NEWEST_FIRST}",
        (step,),
    ).fetchall()
    return [
        MatrixOutline(
            id_,
            _column(connection, "SELECT hash FROM matrix_arms WHERE matrix = ?", id_),
            _column(connection, "SELECT test FROM matrix_tests WHERE matrix = ?", id_),
            author,
        )
        for id_, author in found
    ]


def _column(connection: sqlite3.Connection, query: str, id_: str) -> frozenset[str]:
    return frozenset(value for (value,) in connection.execute(query, (id_,)))


def last_results(connection: sqlite3.Connection, step: str) -> list[TestResult]:
    """The last result of each text of a step on each test that was judged, by this user."""
    rows = connection.execute(
        "SELECT t.test, a.hash, m.id, COUNT(x.passed), SUM(x.passed) FROM matrices m "
        "JOIN steps s ON s.id = m.step_id "
        "JOIN matrix_answers x ON x.matrix = m.id AND x.passed IS NOT NULL "
        "JOIN matrix_arms a ON a.matrix = m.id AND a.arm = x.arm "
        "JOIN matrix_places p ON p.matrix = m.id AND p.place = x.place "
        "JOIN matrix_tests t ON t.matrix = m.id AND t.number = p.number "
        "WHERE s.name = ? AND m.author IS NULL "
        "GROUP BY m.place, t.test, a.hash ORDER BY m.place",
        (step,),
    )
    last = {(test, text): TestResult(test, text, *rest) for test, text, *rest in rows}
    return list(last.values())


def answers_of(connection: sqlite3.Connection, matrix: str) -> list[KeptAnswer]:
    """The answers of a matrix, with the figures of the runs that are still kept."""
    rows = connection.execute(
        "SELECT a.arm, a.place, a.passed, a.score, a.reason, a.response, a.agreed, "
        "a.differed, r.id, r.input_tokens, "
        "r.output_tokens, r.duration_ms, r.cost_usd, "
        "CASE WHEN r.id IS NULL THEN m.author ELSE r.author END FROM matrix_answers a "
        "JOIN matrices m ON m.id = a.matrix LEFT JOIN runs r ON r.id = a.run WHERE a.matrix = ?",
        (matrix,),
    )
    return [
        KeptAnswer(arm, place, None if passed is None else bool(passed), *rest)
        for arm, place, passed, *rest in rows
    ]


def unfinished_owners(connection: sqlite3.Connection) -> list[str]:
    """The sessions that have matrices going on."""
    rows = connection.execute(
        "SELECT DISTINCT owner FROM matrices WHERE stopped IS NULL AND author IS NULL"
    )
    return [owner for (owner,) in rows]


def mark_interrupted(connection: sqlite3.Connection, owner: str) -> None:
    """Ends the matrices of a session that is gone."""
    connection.execute(
        "UPDATE matrices SET stopped = 'cancelled' WHERE owner = ? AND stopped IS NULL", (owner,)
    )
