"""What people say of runs."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

from fourfold.store.records import Rating
from fourfold.store.sqlite.sharing import put_out

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = [field.name for field in fields(Rating)]


def rate(connection: sqlite3.Connection, rating: Rating) -> None:
    """Keeps a rating in place of the one that the person has given before; one that says nothing
    takes that away."""
    key = (rating.run, rating.person)
    connection.execute("DELETE FROM ratings WHERE run = ? AND person = ?", key)
    if rating.rating or rating.note:
        created = rating.created.isoformat(timespec="milliseconds")
        connection.execute(
            f"INSERT INTO ratings ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?)",
            (*key, rating.rating, rating.note, created),
        )
        put_out(connection, rating.run)


def ratings_of(connection: sqlite3.Connection, run: str) -> list[Rating]:
    """The ratings of a run, the oldest first."""
    rows = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM ratings WHERE run = ? ORDER BY created, person", (run,)
    )
    return [
        Rating(run, person, rating, note, datetime.fromisoformat(created))
        for _, person, rating, note, created in rows
    ]
