"""The last changes of a step's versions, kept so that any process can take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.facts import StoredChange

if TYPE_CHECKING:
    import sqlite3

DEPTH = 50
"""How many changes of a step are kept. One that pushed a version out is the oldest of them, since
only what the last such change took is kept aside."""


def remember(connection: sqlite3.Connection, step_id: int, change: StoredChange) -> None:
    connection.execute(
        "DELETE FROM changes WHERE step_id = ?1 AND ("
        "?2 AND id <= (SELECT max(id) FROM changes WHERE step_id = ?1 AND pushed_out > 0) "
        "OR id <= (SELECT id FROM changes WHERE step_id = ?1 ORDER BY id DESC "
        f"LIMIT 1 OFFSET {DEPTH - 1}))",
        (step_id, change.pushed_out is not None),
    )
    connection.execute(
        "INSERT INTO changes (step_id, kind, before, after, pushed_out) VALUES (?, ?, ?, ?, ?)",
        (step_id, *change),
    )


def last(connection: sqlite3.Connection, step_id: int) -> StoredChange | None:
    row = connection.execute(
        "SELECT kind, before, after, pushed_out FROM changes WHERE step_id = ? "
        "ORDER BY id DESC LIMIT 1",
        (step_id,),
    ).fetchone()
    return StoredChange(*row) if row else None


def forget_last(connection: sqlite3.Connection, step_id: int) -> None:
    connection.execute(
        "DELETE FROM changes WHERE id = (SELECT max(id) FROM changes WHERE step_id = ?)", (step_id,)
    )
