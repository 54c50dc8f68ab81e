"""Matrices that go up to a team, those that have come down, and how far those of others are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fourfold.store.facts import OutgoingMatrix
from fourfold.store.records import KeptAnswer, MatrixNews
from fourfold.store.sqlite import matrices
from fourfold.store.sqlite.matrix_parts import PLACES, STATE, TEXTS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from fourfold.store.facts import MatrixState
    from fourfold.store.records import KeptMatrix

_AT_ONCE = 64
_OWNER = "others"
SILENT = timedelta(seconds=90)
"""After so long without a sign of life a matrix of others is not taken for one that goes on."""

_STEP_OF = (
    "SELECT id FROM (SELECT s.id, s.name = ?1 AS named, (SELECT count(*) FROM versions v "
    "WHERE v.step_id = s.id AND v.hash IN (SELECT value FROM json_each(?2))) AS holding "
    "FROM steps s WHERE s.name = ?1 OR s.id IN (SELECT step_id FROM versions "
    "WHERE hash IN (SELECT value FROM json_each(?2)))) "
    "ORDER BY holding DESC, named DESC, id LIMIT 1"
)
_OF_AUTHOR = "EXISTS (SELECT 1 FROM matrices WHERE id = ?1 AND author = ?2)"


def put_all_out(connection: sqlite3.Connection) -> None:
    """Has all of this user's matrices go up."""
    own = "FROM matrices m WHERE author IS NULL ORDER BY m.place"
    for part in (TEXTS, STATE):
        connection.execute(f"INSERT INTO matrix_outbox (matrix, part) SELECT id, {part} {own}")
    connection.execute(
        "INSERT INTO matrix_outbox (matrix, part) "
        f"SELECT DISTINCT a.matrix, a.place / {PLACES} FROM matrix_answers a "
        "JOIN matrices m ON m.id = a.matrix WHERE m.author IS NULL ORDER BY m.place, 2"
    )


def outgoing(connection: sqlite3.Connection) -> list[OutgoingMatrix]:
    rows = connection.execute(
        "SELECT o.place, s.name, o.matrix, o.part FROM matrix_outbox o "
        "JOIN matrices m ON m.id = o.matrix JOIN steps s ON s.id = m.step_id "
        # of one matrix what it compares first, and how far it is last
        f"ORDER BY m.place, o.part = {STATE}, o.part LIMIT {_AT_ONCE}"
    ).fetchall()
    found: dict[str, OutgoingMatrix] = {}
    parts: dict[str, dict[int, list[KeptAnswer]]] = {}
    for place, step, id_, part in rows:
        if id_ not in found:
            matrix = matrices.find(connection, step, id_)
            if matrix is None:
                continue
            parts[id_] = {}
            found[id_] = OutgoingMatrix([], matrix, new=False, state=False, parts=parts[id_])
        one = found[id_]
        one.places.append(place)
        if part >= 0:
            parts[id_][part] = _answers(connection, id_, part)
        else:
            found[id_] = one._replace(
                new=one.new or part == TEXTS, state=one.state or part == STATE
            )
    return list(found.values())


def went_up(connection: sqlite3.Connection, places: Sequence[int]) -> None:
    connection.execute(
        "DELETE FROM matrix_outbox WHERE place IN (SELECT value FROM json_each(?))",
        (json.dumps(places),),
    )


def merge(connection: sqlite3.Connection, matrix: KeptMatrix) -> bool:
    hashes = json.dumps([arm.hash for arm in matrix.arms])
    row = connection.execute(_STEP_OF, (matrix.step, hashes)).fetchone()
    known = connection.execute("SELECT 1 FROM matrices WHERE id = ?", (matrix.id,)).fetchone()
    if row is None or known is not None:
        return False
    matrices.insert(connection, matrix, row[0], _OWNER, _now())
    return True


def merge_answers(
    connection: sqlite3.Connection, matrix: str, author: str, answers: Iterable[KeptAnswer]
) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO matrix_answers "
        "SELECT ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 "
        f"WHERE {_OF_AUTHOR} "
        "AND EXISTS (SELECT 1 FROM matrix_arms WHERE matrix = ?1 AND arm = ?3) "
        "AND EXISTS (SELECT 1 FROM matrix_places WHERE matrix = ?1 AND place = ?4)",
        [(matrix, author, *matrices.written(one)) for one in answers],
    )
    connection.execute(
        "UPDATE matrices SET heard = ?3 WHERE id = ?1 AND author = ?2", (matrix, author, _now())
    )


def merge_state(
    connection: sqlite3.Connection, matrix: str, author: str, state: MatrixState
) -> None:
    stopped, calls, cached, cost_usd, left = state
    connection.execute(
        "UPDATE matrices SET stopped = ?3, calls = ?4, cached = ?5, cost_usd = ?6, heard = ?7 "
        "WHERE id = ?1 AND author = ?2",
        (matrix, author, stopped, calls, cached, cost_usd, _now()),
    )
    connection.execute(
        "UPDATE matrix_arms SET left_out = arm IN (SELECT value FROM json_each(?3)) "
        f"WHERE matrix = ?1 AND {_OF_AUTHOR}",
        (matrix, author, json.dumps(list(left))),
    )


def news(connection: sqlite3.Connection) -> list[tuple[str | None, MatrixNews]]:
    """How far all matrices are, the newest first, each with its owner, None for one of others that
    has been silent for long. What has come of those that have ended is not counted."""
    rows = connection.execute(
        "SELECT m.owner, m.heard, m.id, s.name, m.author, m.stopped IS NULL, "
        "CASE WHEN m.stopped IS NULL THEN "
        "(SELECT count(*) FROM matrix_answers WHERE matrix = m.id) ELSE 0 END, "
        "(SELECT count(*) FROM matrix_places WHERE matrix = m.id) "
        "* (SELECT count(*) FROM matrix_arms WHERE matrix = m.id), m.calls, m.cost_usd "
        f"FROM matrices m JOIN steps s ON s.id = m.step_id {matrices.NEWEST_FIRST}"
    )
    lately = (datetime.now(UTC) - SILENT).isoformat(timespec="milliseconds")
    return [
        (
            owner if heard is None or heard > lately else None,
            MatrixNews(id_, step, author, bool(going), *rest),
        )
        for owner, heard, id_, step, author, going, *rest in rows
    ]


def _answers(connection: sqlite3.Connection, matrix: str, part: int) -> list[KeptAnswer]:
    rows = connection.execute(
        "SELECT arm, place, passed, score, reason, response, agreed, differed, run "
        "FROM matrix_answers WHERE matrix = ? AND place >= ? AND place < ? ORDER BY place, arm",
        (matrix, part * PLACES, (part + 1) * PLACES),
    )
    return [
        KeptAnswer(arm, place, None if passed is None else bool(passed), *rest)
        for arm, place, passed, *rest in rows
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
