"""Batches that members of a team have left with providers, for another machine to collect."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from fourfold.store.facts import KeptBatch

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

_KEEP = """
    INSERT INTO batches (key, endpoint, model, names, created, changed, file, batch)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO UPDATE
    SET names = excluded.names, changed = excluded.changed, file = excluded.file,
        batch = excluded.batch
    WHERE excluded.changed >= batches.changed
"""
_ALL = """
    SELECT key, endpoint, model, names, created, changed, file, batch,
        CASE WHEN author = session_user THEN NULL ELSE author::text END
    FROM batches WHERE author = session_user OR (batch IS NOT NULL AND created > '2000-01-01'
        AND greatest(created, changed) < '9000-01-01' AND changed > '2000-01-01')
    ORDER BY created, key
"""


def keep_batch(connection: Connection[TupleRow], one: KeptBatch) -> None:
    row = [one.key, one.endpoint, one.model, one.names, one.created, one.changed]
    connection.execute(_KEEP, [*row, one.file, one.batch])


def batches(connection: Connection[TupleRow]) -> list[KeptBatch]:
    """Those of others only where their provider has them."""
    return [
        KeptBatch(key, endpoint, model, names, *(when.astimezone(UTC) for when in times), *rest)
        for key, endpoint, model, names, *more in connection.execute(_ALL)
        for times, rest in [(more[:2], more[2:])]
    ]


def forget_batch(connection: Connection[TupleRow], key: str) -> None:
    connection.execute("DELETE FROM batches WHERE key = %s AND author = session_user", [key])
