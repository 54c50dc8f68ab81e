"""Reading and writing the versions of a step. Deciding what to write is the part of `versions/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.store.records import StepHistory, Version
from fourfold.store.runs import SUMMARY_COLUMNS, run_from_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence

    from fourfold.store.records import Cause, Run

_VERSION_COLUMNS = "number, text, hash, created, cause, words, lines_added, lines_removed"
_RUN_TABLE_COLUMNS = (
    "id, step_id, version, test, repeat, model, status, error, started, first_token_ms, "
    "duration_ms, input_tokens, output_tokens, cost_usd, cached, passed, asserted, rating, "
    "inputs, messages, parameters, response, fingerprint, owner, recipe, output, value"
)
_INSERT_VERSION = (
    f"INSERT INTO versions (step_id, {_VERSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE_VERSION = (
    "UPDATE versions SET text = ?, hash = ?, created = ?, cause = ?, words = ?, lines_added = ?, "
    "lines_removed = ? WHERE step_id = ? AND number = ?"
)
_SELECT_VERSION = f"SELECT {_VERSION_COLUMNS} FROM versions WHERE step_id = ? AND number = ?"
_SELECT_RUNS = f"SELECT {_RUN_TABLE_COLUMNS} FROM runs WHERE step_id = ? AND version = ?"


class VersionRow(NamedTuple):
    """A version as it is stored; `created` is ISO 8601 in UTC."""

    number: int
    text: str
    hash: str
    created: str
    cause: Cause
    words: int
    lines_added: int
    lines_removed: int


class StepState(NamedTuple):
    """What a decision about a step needs, without any text: kept numbers with their hashes.

    `suffix` is that of the prompt file, so that a deleted file can be written again.
    """

    id: int
    suffix: str
    last_number: int
    current: int
    unversioned: str | None
    hashes: dict[int, str]

    def holding(self, content_hash: str) -> int | None:
        """The number of the kept version with that text."""
        for number, kept in self.hashes.items():
            if kept == content_hash:
                return number
        return None


@dataclass(frozen=True, slots=True)
class Removed:
    """A version as it was taken out, with its runs, so that it can be put back."""

    version: tuple[Any, ...]
    runs: list[tuple[Any, ...]]

    @property
    def number(self) -> int:
        return int(self.version[0])

    @property
    def text(self) -> str:
        return str(self.version[1])

    @property
    def hash(self) -> str:
        return str(self.version[2])


def step_state(connection: sqlite3.Connection, step: str) -> StepState | None:
    rows = connection.execute(
        "SELECT v.number, v.hash, s.id, s.suffix, s.last_number, s.current, s.unversioned "
        "FROM steps s JOIN versions v ON v.step_id = s.id WHERE s.name = ?",
        (step,),
    ).fetchall()
    if not rows:
        return None
    _, _, step_id, suffix, last_number, current, unversioned = rows[0]
    hashes = {row[0]: row[1] for row in rows}
    return StepState(step_id, suffix, last_number, current, unversioned, hashes)


def add_step(connection: sqlite3.Connection, step: str, suffix: str) -> int:
    """A new step without versions; the caller adds the first in the same transaction."""
    cursor = connection.execute("INSERT INTO steps (name, suffix) VALUES (?, ?)", (step, suffix))
    return cursor.lastrowid or 0


def add_version(connection: sqlite3.Connection, step_id: int, version: VersionRow) -> None:
    """Adds it; the database makes it current and deletes the one that is over the cap."""
    connection.execute(_INSERT_VERSION, (step_id, *version))


def replace_version(connection: sqlite3.Connection, step_id: int, version: VersionRow) -> None:
    """Gives a kept version, one without runs, another text."""
    number, *columns = version
    connection.execute(_UPDATE_VERSION, (*columns, step_id, number))


def set_current(connection: sqlite3.Connection, step_id: int, number: int) -> None:
    """Makes a kept version current and forgets an automatic save."""
    connection.execute(
        "UPDATE steps SET current = ?, unversioned = NULL WHERE id = ?", (number, step_id)
    )


def set_unversioned(connection: sqlite3.Connection, step_id: int, content_hash: str | None) -> None:
    """Remembers the text on disk that an automatic save left without a version."""
    connection.execute("UPDATE steps SET unversioned = ? WHERE id = ?", (content_hash, step_id))


def text_of(connection: sqlite3.Connection, step_id: int, number: int) -> str:
    row = connection.execute(
        "SELECT text FROM versions WHERE step_id = ? AND number = ?", (step_id, number)
    ).fetchone()
    return str(row[0])


def has_runs(connection: sqlite3.Connection, step_id: int, number: int) -> bool:
    row = connection.execute(
        "SELECT 1 FROM runs WHERE step_id = ? AND version = ? LIMIT 1", (step_id, number)
    ).fetchone()
    return row is not None


def copy_out(connection: sqlite3.Connection, step_id: int, number: int) -> Removed:
    """A version and its runs as they are now, to be put back by `put_back`."""
    key = (step_id, number)
    version = connection.execute(_SELECT_VERSION, key).fetchone()
    if not has_runs(connection, step_id, number):
        return Removed(version, [])
    return Removed(version, connection.execute(_SELECT_RUNS, key).fetchall())


def put_back(connection: sqlite3.Connection, step_id: int, removed: Removed) -> None:
    connection.execute(_INSERT_VERSION, (step_id, *removed.version))
    marks = ", ".join("?" * (_RUN_TABLE_COLUMNS.count(",") + 1))
    connection.executemany(
        f"INSERT INTO runs ({_RUN_TABLE_COLUMNS}) VALUES ({marks})", removed.runs
    )


def return_text(connection: sqlite3.Connection, step_id: int, removed: Removed) -> None:
    """Gives a version, one without runs, the text back that `replace_version` took from it."""
    number, *columns = removed.version
    connection.execute(_UPDATE_VERSION, (*columns, step_id, number))


def remove_version(connection: sqlite3.Connection, step_id: int, number: int) -> None:
    connection.execute("DELETE FROM versions WHERE step_id = ? AND number = ?", (step_id, number))


def rename_step(connection: sqlite3.Connection, old: str, new: str, suffix: str) -> None:
    connection.execute("UPDATE steps SET name = ?, suffix = ? WHERE name = ?", (new, suffix, old))
    connection.execute("UPDATE OR REPLACE step_runs SET step = ? WHERE step = ?", (new, old))


def set_suffix(connection: sqlite3.Connection, step_id: int, suffix: str) -> None:
    """Remembers that the prompt file is of another kind now."""
    connection.execute("UPDATE steps SET suffix = ? WHERE id = ?", (suffix, step_id))


def text_hashes(
    connection: sqlite3.Connection, steps: Sequence[str]
) -> dict[str, tuple[str, str | None]]:
    """Of those steps that are known: the hash of the current version, and of an automatic save."""
    rows = connection.execute(
        "SELECT s.name, v.hash, s.unversioned FROM steps s "
        "JOIN versions v ON v.step_id = s.id AND v.number = s.current "
        "WHERE s.name IN (SELECT value FROM json_each(?))",
        (json.dumps(steps),),
    )
    return {name: (current, unversioned) for name, current, unversioned in rows}


def steps_holding(
    connection: sqlite3.Connection, hashes: Collection[str], limit: int
) -> dict[str, list[str]]:
    """By the hash of a text the steps whose file has it as far as is known; `limit` of each."""
    rows = connection.execute(
        "WITH wanted AS (SELECT value AS hash FROM json_each(?1)), "
        "holding AS ("
        "SELECT v.hash, s.name FROM versions v "
        "JOIN steps s ON s.id = v.step_id AND s.current = v.number WHERE v.hash IN wanted "
        "UNION ALL SELECT unversioned, name FROM steps WHERE unversioned IN wanted), "
        "numbered AS ("
        "SELECT *, row_number() OVER (PARTITION BY hash ORDER BY name) AS place FROM holding) "
        "SELECT hash, name FROM numbered WHERE place <= ?2",
        (json.dumps(list(hashes)), limit),
    )
    steps: dict[str, list[str]] = {}
    for hash_, name in rows:
        steps.setdefault(hash_, []).append(name)
    return steps


def step_names(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM steps ORDER BY name")]


def history(connection: sqlite3.Connection, step: str) -> StepHistory | None:
    """The kept versions of a step with their run counts and last runs, newest first."""
    row = connection.execute(
        "SELECT id, current, unversioned FROM steps WHERE name = ?", (step,)
    ).fetchone()
    if row is None:
        return None
    step_id, current, unversioned = row
    versions = connection.execute(
        f"SELECT {_VERSION_COLUMNS} FROM versions WHERE step_id = ? ORDER BY number DESC",
        (step_id,),
    ).fetchall()
    runs = {
        version: (count, last)
        for version, count, last in connection.execute(
            "SELECT version, count(*), max(id) FROM runs WHERE step_id = ? GROUP BY version",
            (step_id,),
        )
    }
    last_runs = dict(_last_runs(connection, step, [last for _, last in runs.values()]))
    return StepHistory(
        step,
        current,
        tuple(
            Version(
                step,
                number,
                text,
                hash_,
                datetime.fromisoformat(created),
                cause,
                words,
                added,
                removed,
                run_count=runs.get(number, (0, None))[0],
                last_run=last_runs.get(number),
            )
            for number, text, hash_, created, cause, words, added, removed in versions
        ),
        unversioned,
    )


def _last_runs(
    connection: sqlite3.Connection, step: str, ids: list[str]
) -> Iterator[tuple[int, Run]]:
    for run_id in ids:
        row = connection.execute(
            f"SELECT {SUMMARY_COLUMNS} FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        run = run_from_row(step, row)
        yield run.version, run
