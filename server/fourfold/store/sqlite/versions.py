"""Reading the versions of steps, as `VersionStore` says."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fourfold.store.facts import Holder, KeptVersion, KnownTexts, StepState
from fourfold.store.records import PushedOut, StepHistory, Version
from fourfold.store.sqlite.run_rows import SUMMARY
from fourfold.store.sqlite.runs import with_tries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from fourfold.store.records import Run

VERSION_COLUMNS = (
    "number, text, hash, created, cause, words, lines_added, lines_removed, parent, change, name, "
    "pinned"
)


def step_state(connection: sqlite3.Connection, step: str) -> StepState | None:
    rows = connection.execute(
        "SELECT s.id, s.path, s.last_number, s.current, s.unversioned, "
        "v.number, v.hash, v.cause, v.pinned, v.name, v.words, "
        "CASE v.number WHEN s.current THEN v.text END "
        "FROM steps s JOIN versions v ON v.step_id = s.id WHERE s.name = ?",
        (step,),
    ).fetchall()
    if not rows:
        return None
    kept = {row[5]: KeptVersion(row[6], row[7], row[8] == 1, row[9] is not None) for row in rows}
    words, text = next((row[10:] for row in rows if row[11] is not None), (0, ""))
    step_id, path, last_number, current, unversioned = rows[0][:5]
    return StepState(step_id, path, last_number, current, unversioned, text, words, kept)


def pushed_out(
    connection: sqlite3.Connection, step_id: int, numbers: Collection[int]
) -> PushedOut | None:
    """The one of these versions that is kept aside, if one is."""
    rows = connection.execute(
        "SELECT number, (SELECT count(*) FROM runs r WHERE r.step_id = p.step_id "
        "AND r.hash = p.hash) FROM pushed_out p WHERE step_id = ?",
        (step_id,),
    )
    return next((PushedOut(*row) for row in rows if row[0] in numbers), None)


def text_hashes(connection: sqlite3.Connection, steps: Sequence[str]) -> dict[str, KnownTexts]:
    rows = connection.execute(
        "SELECT s.name, s.path, s.unversioned, s.current = v.number, v.hash FROM steps s "
        "JOIN versions v ON v.step_id = s.id WHERE s.name IN (SELECT value FROM json_each(?))",
        (json.dumps(steps),),
    )
    known: dict[str, KnownTexts] = {}
    for name, path, unversioned, is_current, hash_ in rows:
        found = known.setdefault(name, KnownTexts(path, "", unversioned, set()))
        found.all.add(hash_)
        if is_current:
            known[name] = found._replace(current=hash_)
    return known


def steps_holding(
    connection: sqlite3.Connection, hashes: Collection[str], limit: int
) -> dict[str, list[Holder]]:
    rows = connection.execute(
        "WITH wanted AS (SELECT value AS hash FROM json_each(?1)), "
        "holding AS ("
        "SELECT v.hash, s.name, s.current <> v.number AS past FROM versions v "
        "JOIN steps s ON s.id = v.step_id WHERE v.hash IN wanted "
        "UNION ALL SELECT unversioned, name, 0 FROM steps WHERE unversioned IN wanted), "
        "numbered AS (SELECT *, row_number() OVER (PARTITION BY hash ORDER BY past, name) AS place "
        "FROM holding) "
        "SELECT hash, name, past FROM numbered WHERE place <= ?2 ORDER BY hash, place",
        (json.dumps(list(hashes)), limit),
    )
    steps: dict[str, list[Holder]] = {}
    for hash_, name, past in rows:
        steps.setdefault(hash_, []).append(Holder(name, bool(past)))
    return steps


def paths(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT path, name FROM steps"))


def step_names(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM steps ORDER BY name")]


def history(connection: sqlite3.Connection, step: str) -> StepHistory | None:
    row = connection.execute(
        "SELECT id, current, unversioned, (SELECT pushed_out FROM changes WHERE step_id = s.id "
        "ORDER BY id DESC LIMIT 1) FROM steps s WHERE name = ?",
        (step,),
    ).fetchone()
    if row is None:
        return None
    step_id, current, unversioned, gone = row
    versions = connection.execute(
        f"SELECT {VERSION_COLUMNS} FROM versions WHERE step_id = ? ORDER BY number DESC",
        (step_id,),
    ).fetchall()
    counts = {
        hash_: (count, newest)
        for hash_, count, newest in connection.execute(
            "SELECT hash, count(*), coalesce(max(CASE WHEN test IS NULL THEN place END), "
            "max(place)) FROM runs WHERE step_id = ? GROUP BY hash",
            (step_id,),
        )
    }
    said = {
        hash_: (good, bad)
        for hash_, good, bad in connection.execute(
            "SELECT r.hash, sum(t.rating > 0), sum(t.rating < 0) FROM ratings t "
            # few are rated
            "CROSS JOIN runs r ON r.id = t.run WHERE r.step_id = ? GROUP BY r.hash",
            (step_id,),
        )
    }
    pushed = pushed_out(connection, step_id, [gone]) if gone is not None else None
    return StepHistory(
        step,
        current,
        tuple(_version(connection, step, row, counts, said) for row in versions),
        unversioned,
        (pushed,) if pushed else (),
    )


def _version(
    connection: sqlite3.Connection,
    step: str,
    row: Sequence[Any],
    counts: dict[str, tuple[int, int]],
    said: dict[str, tuple[int, int]],
) -> Version:
    number, text, hash_, created, *others, pinned = row
    count, newest = counts.get(hash_, (0, None))
    last_run = _run_at(connection, newest) if newest is not None else None
    moment = datetime.fromisoformat(created)
    values = (
        number,
        text,
        hash_,
        moment,
        *others,
        bool(pinned),
        count,
        last_run,
        *said.get(hash_, ()),
    )
    return Version(step, *values)


def _run_at(connection: sqlite3.Connection, place: int) -> Run:
    row = connection.execute(
        f"SELECT {SUMMARY.sql} FROM runs r JOIN steps s ON s.id = r.step_id WHERE r.place = ?",
        (place,),
    ).fetchone()
    return with_tries(connection, SUMMARY.run(row))
