"""Batches as rows, as `BatchStore` says."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from fourfold.store.facts import KeptBatch

if TYPE_CHECKING:
    import sqlite3

_ELSEWHERE = ("by", "elsewhere")  # what a team says
_COLUMNS = [field.name for field in fields(KeptBatch) if field.name not in _ELSEWHERE]
_values = attrgetter(*_COLUMNS)


def keep_batch(connection: sqlite3.Connection, batch: KeptBatch) -> None:
    row = [
        value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
        for value in _values(batch)
    ]
    connection.execute(
        f"INSERT OR REPLACE INTO batches ({', '.join(_COLUMNS)}) "
        f"VALUES ({', '.join('?' * len(_COLUMNS))})",
        row,
    )


def batches(connection: sqlite3.Connection) -> list[KeptBatch]:
    rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM batches ORDER BY created, key")
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    for values in found:
        for name in ("created", "changed"):
            values[name] = datetime.fromisoformat(values[name])
    return [KeptBatch(**values) for values in found]


def forget_batch(connection: sqlite3.Connection, key: str) -> None:
    connection.execute("DELETE FROM batches WHERE key = ?", (key,))
