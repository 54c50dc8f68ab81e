"""Calls for workers, and what came of them: a row each, which is both.

PostgreSQL's own row locks (SKIP LOCKED) are the queue: a worker that dies gives back what it had by
not keeping it, and an answer is in one transaction with the end of its lease.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.facts import Answered, Claimed
from fourfold.store.ports.team import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from fourfold.store.facts import Call, Done

_LONGEST_PAUSE_SECONDS = 3600
"""Whatever somebody says, an endpoint is asked again after so long."""

_OFFER = """
    INSERT INTO calls (request, model, body)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT (request) DO NOTHING
"""
_CLAIM = """
    WITH next AS (
        SELECT id FROM calls WHERE answer IS NULL
        AND (lease IS NULL OR (%(silent)s AND lease < now()))
        AND model <> ALL (%(unknown)s::text[]) ORDER BY id LIMIT %(room)s FOR UPDATE SKIP LOCKED
    )
    UPDATE calls SET worker = %(worker)s, tries = tries + 1,
        lease = now() + make_interval(secs => %(seconds)s)
    WHERE id = ANY (ARRAY (SELECT id FROM next))
    RETURNING id, request, model, body, tries
"""
_ANSWER = """
    UPDATE calls c SET answer = d.answer, lease = NULL
    FROM unnest(%s::bigint[], %s::text[]) AS d (id, answer)
    WHERE c.id = d.id AND c.id = ANY (%s) AND c.answer IS NULL
"""
_BEAT = """
    UPDATE calls SET lease = now() + make_interval(secs => %s)
    WHERE id = ANY (%s) AND worker = %s AND answer IS NULL RETURNING id
"""
_PAUSE = """
    INSERT INTO pauses VALUES (%s, now() + make_interval(secs => %s)) ON CONFLICT (name)
    DO UPDATE SET until = greatest(pauses.until, excluded.until)
"""


def offer(connection: Connection[TupleRow], calls: Sequence[Call]) -> None:
    connection.execute(_OFFER, [list(column) for column in zip(*calls, strict=True)])


def withdraw(connection: Connection[TupleRow], requests: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "DELETE FROM calls WHERE request = ANY (%s) AND answer IS NULL "
        "AND (lease IS NULL OR lease < now()) AND asked_by = session_user RETURNING request",
        [list(requests)],
    )
    return [request for (request,) in rows]


def missing(connection: Connection[TupleRow], requests: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "SELECT request FROM unnest(%s::text[]) AS wanted (request) "
        "WHERE NOT EXISTS (SELECT 1 FROM calls c WHERE c.request = wanted.request)",
        [list(requests)],
    )
    return [request for (request,) in rows]


def are_taken(connection: Connection[TupleRow], requests: Sequence[str]) -> bool:
    found = connection.execute(
        "SELECT 1 FROM calls WHERE request = ANY (%s) AND tries > 0 LIMIT 1", [list(requests)]
    )
    return found.fetchone() is not None


def forget(connection: Connection[TupleRow], requests: Sequence[str]) -> None:
    connection.execute(
        "DELETE FROM calls WHERE request = ANY (%s) AND answer IS NOT NULL", [list(requests)]
    )


def answers(connection: Connection[TupleRow], requests: Sequence[str]) -> list[Answered]:
    rows = connection.execute(
        "SELECT request, answer::text, answered_by::text, tries::int FROM calls "
        "WHERE request = ANY (%s) AND answer IS NOT NULL",
        [list(requests)],
    )
    return [Answered(*row) for row in rows]


def work(
    connection: Connection[TupleRow],
    worker: str,
    done: Sequence[Done],
    room: int,
    unknown: Sequence[str],
    silent: bool,
) -> tuple[int, list[Claimed]]:
    """One transaction, which goes to the server and back once, however far away it is."""
    claims = {"unknown": list(unknown), "room": room, "worker": worker, "silent": silent}
    claims |= {"seconds": LEASE_SECONDS}
    ids, answers = [one.id for one in done], [one.answer for one in done]
    with connection.pipeline(), connection.transaction():
        answered = connection.execute(_ANSWER, [ids, answers, ids]) if done else None
        claimed = connection.execute(_CLAIM, claims) if room else None
    lost = 0 if answered is None else len(done) - answered.rowcount
    return lost, [] if claimed is None else [Claimed(*row) for row in claimed]


def beat(connection: Connection[TupleRow], worker: str, calls: Sequence[int]) -> list[int]:
    rows = connection.execute(_BEAT, [LEASE_SECONDS, list(calls), worker])
    return [call for (call,) in rows]


def give_back(connection: Connection[TupleRow], worker: str, calls: Sequence[int]) -> None:
    connection.execute(
        "UPDATE calls SET lease = NULL, tries = tries - 1 "
        "WHERE id = ANY (%s) AND worker = %s AND answer IS NULL",
        [list(calls), worker],
    )


def pause(connection: Connection[TupleRow], name: str, seconds: float) -> None:
    connection.execute(_PAUSE, [name, min(seconds, _LONGEST_PAUSE_SECONDS)])


def pauses(connection: Connection[TupleRow]) -> dict[str, float]:
    rows = connection.execute(
        "SELECT name, extract(epoch FROM least(until, now() + make_interval(secs => %s)) - now())"
        "::float FROM pauses WHERE until > now()",
        [_LONGEST_PAUSE_SECONDS],
    )
    return dict(rows.fetchall())
