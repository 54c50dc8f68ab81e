"""What goes up to a team and what has come down, as `Sharing` says. Triggers put ended runs, and
runs that were scored, into the outbox while the folder shares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fourfold.store.facts import Joined, Outgoing, SharedRun
from fourfold.store.sqlite import shared_matrices
from fourfold.store.sqlite.run_rows import WHOLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_AT_ONCE = 100
_CHARACTERS_AT_ONCE = 4_000_000


def joined(connection: sqlite3.Connection) -> Joined | None:
    row = connection.execute("SELECT project, token, seen FROM team").fetchone()
    return Joined(*row) if row else None


def join(connection: sqlite3.Connection, project: str, token: str) -> None:
    leave(connection)
    connection.execute("INSERT INTO team VALUES (1, ?, ?, 0)", (project, token))
    connection.execute(
        "INSERT INTO outbox (run) SELECT id FROM runs r WHERE status IN ('succeeded', 'failed') "
        "AND (owner <> 'others' "
        "OR EXISTS (SELECT 1 FROM ratings WHERE run = r.id)) ORDER BY place"
    )
    shared_matrices.put_all_out(connection)


def leave(connection: sqlite3.Connection) -> None:
    for table in ("team", "asked_texts", "outbox", "matrix_outbox"):
        connection.execute(f"DELETE FROM {table}")


def put_out(connection: sqlite3.Connection, run: str) -> None:
    """Has what is said of a run go up, where the folder shares."""
    connection.execute("DELETE FROM outbox WHERE run = ?", (run,))
    connection.execute(
        "INSERT INTO outbox (run) SELECT ? WHERE EXISTS (SELECT 1 FROM team)", (run,)
    )


def outgoing(connection: sqlite3.Connection) -> list[Outgoing]:
    connection.execute("DELETE FROM outbox WHERE run NOT IN (SELECT id FROM runs)")
    rows = connection.execute(
        f"SELECT o.place, r.owner <> 'others', r.fingerprint, {WHOLE.sql} FROM outbox o "
        "JOIN runs r ON r.id = o.run JOIN steps s ON s.id = r.step_id ORDER BY o.place LIMIT ?",
        (_AT_ONCE,),
    )
    found: list[Outgoing] = []
    size = 0
    for place, own, fingerprint, *row in rows:
        run = WHOLE.run(row)
        size += len(run.response)
        found.append(Outgoing(place, SharedRun(run, fingerprint), own=bool(own)))
        if size > _CHARACTERS_AT_ONCE:
            break
    return found


def waiting(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
    return int(number)


def went_up(connection: sqlite3.Connection, places: Sequence[int]) -> None:
    connection.execute(
        "DELETE FROM outbox WHERE place IN (SELECT value FROM json_each(?))", (json.dumps(places),)
    )


def came_down(connection: sqlite3.Connection, seq: int) -> None:
    connection.execute("UPDATE team SET seen = ? WHERE seen < ?", (seq, seq))


def new_texts(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT hash FROM versions WHERE hash NOT IN (SELECT hash FROM asked_texts)"
    )
    return [text for (text,) in rows]


def asked_about(connection: sqlite3.Connection, hashes: Sequence[str]) -> None:
    connection.executemany(
        "INSERT INTO asked_texts VALUES (?) ON CONFLICT DO NOTHING", [(one,) for one in hashes]
    )


def forget_authors(connection: sqlite3.Connection, authors: Sequence[str]) -> int:
    named = "IN (SELECT value FROM json_each(?))"
    connection.execute(f"DELETE FROM ratings WHERE person {named}", (json.dumps(authors),))
    connection.execute(f"DELETE FROM matrices WHERE author {named}", (json.dumps(authors),))
    return connection.execute(
        f"DELETE FROM runs WHERE author {named}", (json.dumps(authors),)
    ).rowcount
