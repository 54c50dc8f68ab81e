"""What the database keeps and nothing refers to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.facts import JUDGEMENTS, WORKFLOW_RUNS, Garbage
from fourfold.store.records import RUNS_OF_A_TEXT
from fourfold.store.sqlite.runs import NOT_REFERRED_TO, OF_NO_TEST

if TYPE_CHECKING:
    import sqlite3

_SIZE = (
    "length(CAST(response AS BLOB)) + length(CAST(messages AS BLOB)) "
    "+ length(CAST(inputs AS BLOB)) + length(CAST(coalesce(value, '') AS BLOB))"
)


def collect(connection: sqlite3.Connection) -> Garbage:
    """Does what `Store.collect` says. The caller's transaction may be rolled back, where only the
    figures are wanted."""
    (unused,) = connection.execute("PRAGMA freelist_count").fetchone()
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    workflow_runs = connection.execute(
        "DELETE FROM workflow_runs WHERE status <> 'running' AND place <= ("
        f"SELECT place FROM workflow_runs ORDER BY place DESC LIMIT 1 OFFSET {WORKFLOW_RUNS})"
    ).rowcount
    connection.execute(
        "DELETE FROM judgements WHERE asked < "
        f"(SELECT asked FROM judgements ORDER BY asked DESC LIMIT 1 OFFSET {JUDGEMENTS - 1})"
    )
    gone = connection.execute(
        "DELETE FROM runs WHERE place IN (SELECT place FROM (SELECT place, row_number() OVER "
        "(PARTITION BY step_id, hash, owner = 'others' ORDER BY place DESC) AS age FROM runs "
        f"WHERE {OF_NO_TEST}) "
        f"WHERE age > {RUNS_OF_A_TEXT}) AND {NOT_REFERRED_TO} RETURNING {_SIZE}"
    ).fetchall()
    return Garbage(len(gone), workflow_runs, unused * page + sum(size for (size,) in gone))
