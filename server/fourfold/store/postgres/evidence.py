"""What a team knows of texts, as lines: they go up, and come down by their numbers.

A line stands under the name by which PostgreSQL knows the one who sent it; nobody can send one
under another's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.facts import Received

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from fourfold.store.facts import Sent

AT_ONCE = 500
_BYTES_AT_ONCE = 16_000_000


_PUSH = """
    INSERT INTO evidence (kind, run, part, hash, line)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    ON CONFLICT (run, kind, part, author) DO UPDATE
    SET line = excluded.line, seq = DEFAULT, sent = now()
    WHERE evidence.line <> excluded.line
"""
_PULL = """
    SELECT seq::bigint, kind::text, author::text, line::text FROM (
        SELECT seq, kind, author, line, sum(octet_length(line)) OVER (ORDER BY seq) AS bytes
        FROM (
            SELECT seq, kind, author, line FROM evidence e
            WHERE seq > %(seq)s AND (
                %(hashes)s::text[] IS NULL OR hash = ANY (%(hashes)s) OR run IN (
                    SELECT run FROM evidence WHERE kind = 'matrix' AND hash = ANY (%(hashes)s)
                )
            )
            AND author::text <> ALL (%(ignored)s::text[]) AND (kind <> 'score' OR EXISTS (
                SELECT 1 FROM evidence r
                WHERE r.kind = 'run' AND r.run = e.run AND r.author = e.author
            ))
            ORDER BY seq LIMIT %(limit)s
        ) AS next
    ) AS weighed
    WHERE bytes - octet_length(line) < %(bytes)s ORDER BY seq
"""


def push(connection: Connection[TupleRow], lines: Sequence[Sent]) -> None:
    """Adds lines, or puts them in the place of what this user has said there before. One after the
    other, so that whoever has seen a number has seen all before it."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema()))")
        connection.execute(_PUSH, [list(column) for column in zip(*lines, strict=True)])


def pull(
    connection: Connection[TupleRow],
    seq: int,
    ignored: Sequence[str],
    hashes: Sequence[str] | None = None,
) -> list[Received]:
    """The next lines behind a number, of these texts or of all; none where there are no more."""
    rows = connection.execute(
        _PULL,
        {
            "seq": seq,
            "hashes": hashes and list(hashes),
            "ignored": list(ignored),
            "limit": AT_ONCE,
            "bytes": _BYTES_AT_ONCE,
        },
    )
    return [Received(number, kind, author, line.encode()) for number, kind, author, line in rows]


def prune(connection: Connection[TupleRow], days: int) -> int:
    """Deletes what was sent before so many days, as far as this user may; how many lines."""
    found = connection.execute(
        "DELETE FROM evidence WHERE sent < now() - make_interval(days => %s)", [days]
    )
    connection.execute(
        "DELETE FROM calls WHERE asked < now() - make_interval(days => %s) AND asked_by = ANY ("
        "SELECT session_user UNION SELECT a.asked_by FROM calls a WHERE pg_has_role(("
        "SELECT relowner FROM pg_class WHERE oid = 'calls'::regclass), 'USAGE'))",
        [days],
    )
    return found.rowcount


def counts(connection: Connection[TupleRow]) -> list[tuple[str, int, int]]:
    """Of each person how many runs, and scores and ratings there are."""
    rows = connection.execute(
        "SELECT author::text, count(*) FILTER (WHERE kind = 'run'), "
        "count(*) FILTER (WHERE kind IN ('score', 'rating')) FROM evidence "
        "GROUP BY author ORDER BY 1"
    )
    return [(author, runs, others) for author, runs, others in rows]
