"""Runs, scores and ratings as others have them, as `Exchange` says."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

from fourfold.store.facts import Merged, SharedRun
from fourfold.store.records import FINISHED, Rating, Score
from fourfold.store.sqlite.run_rows import COLUMNS, WHOLE, row_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

_AT_ONCE = 500
_CHARACTERS_AT_ONCE = 4_000_000
_OWNER = "others"
"""Whose process a run of others is; it has ended."""

ENDED = "status IN (" + ", ".join(f"'{status}'" for status in sorted(FINISHED)) + ")"
_SIZE = "length(response) + length(messages) + length(inputs)"
_INSERT_RUN = (
    f"INSERT INTO runs (step_id, owner, fingerprint, {', '.join(COLUMNS)}) "
    f"VALUES (?, '{_OWNER}', ?, {', '.join('?' * len(COLUMNS))}) ON CONFLICT DO NOTHING"
)
_STEP_OF = (
    "SELECT id FROM (SELECT s.id, s.name = ?1 AS named, EXISTS (SELECT 1 FROM versions v "
    "WHERE v.step_id = s.id AND v.hash = ?2) AS holding FROM steps s WHERE s.name = ?1 "
    "OR s.id IN (SELECT step_id FROM versions WHERE hash = ?2)) "
    "ORDER BY holding DESC, named DESC, id LIMIT 1"
)
_SCORE = [field.name for field in fields(Score)]
_RATING = [field.name for field in fields(Rating)]
_inserted = row_of(COLUMNS)


def runs_after(connection: sqlite3.Connection, place: int) -> list[SharedRun]:
    last, size = place, 0
    for next_place, its_size in connection.execute(
        f"SELECT place, {_SIZE} FROM runs WHERE place > ? AND {ENDED} ORDER BY place LIMIT ?",
        (place, _AT_ONCE),
    ):
        size += its_size
        if last > place and size > _CHARACTERS_AT_ONCE:
            break
        last = next_place
    rows = connection.execute(
        f"SELECT r.fingerprint, {WHOLE.sql} FROM runs r JOIN steps s ON s.id = r.step_id "
        f"WHERE r.place > ? AND r.place <= ? AND r.{ENDED} ORDER BY r.place",
        (place, last),
    )
    return [SharedRun(WHOLE.run(row), fingerprint) for fingerprint, *row in rows]


def merge_runs(connection: sqlite3.Connection, runs: Sequence[SharedRun]) -> Merged:
    steps: dict[tuple[str, str], int | None] = {}
    found: list[str] = []
    for run, fingerprint in runs:
        text = (run.step, run.hash)
        if text not in steps:
            row = connection.execute(_STEP_OF, text).fetchone()
            steps[text] = row[0] if row else None
        if (step_id := steps[text]) is None:
            found.append("left")
            continue
        added = connection.execute(_INSERT_RUN, (step_id, fingerprint, *_inserted(run))).rowcount
        found.append("added" if added else "known")
    return _merged(found)


def merge_scores(connection: sqlite3.Connection, scores: Sequence[Score]) -> Merged:
    values = ", ".join(f":{name}" for name in _SCORE)
    found = []
    for score in scores:
        row = {name: getattr(score, name) for name in _SCORE}
        added = connection.execute(
            f"INSERT INTO scores ({', '.join(_SCORE)}) SELECT {values} WHERE EXISTS ("
            "SELECT 1 FROM runs WHERE id = :run AND owner = 'others') ON CONFLICT DO NOTHING",
            row,
        ).rowcount
        found.append("added" if added else _there(connection, "scores", "assertion", row))
    return _merged(found)


def merge_ratings(connection: sqlite3.Connection, ratings: Sequence[Rating], own: str) -> Merged:
    values = ", ".join(f":{name}" for name in _RATING)
    found = []
    for rating in ratings:
        row = {name: getattr(rating, name) for name in _RATING}
        row |= {"created": rating.created.isoformat(timespec="milliseconds"), "own": own}
        added = connection.execute(
            f"INSERT INTO ratings ({', '.join(_RATING)}) SELECT {values} WHERE EXISTS ("
            "SELECT 1 FROM runs WHERE id = :run AND (owner = 'others' OR :person <> :own)) "
            "ON CONFLICT DO UPDATE SET rating = excluded.rating, note = excluded.note, "
            "created = excluded.created WHERE excluded.created > created",
            row,
        ).rowcount
        found.append("added" if added else _there(connection, "ratings", "person", row))
    return _merged(found)


def _there(connection: sqlite3.Connection, table: str, key: str, row: dict[str, object]) -> str:
    known = connection.execute(
        f"SELECT 1 FROM {table} WHERE run = :run AND {key} = :{key}", row
    ).fetchone()
    return "known" if known else "left"


def _merged(found: Iterable[str]) -> Merged:
    counts = Counter(found)
    return Merged(counts["added"], counts["known"], counts["left"])
