"""The histories of steps while they are changed, in one transaction of SQLite's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.store.facts import Added, StoredChange
from fourfold.store.sqlite import versions
from fourfold.store.sqlite.versions import VERSION_COLUMNS

if TYPE_CHECKING:
    import sqlite3

    from fourfold.store.facts import NewVersion, StepState, UndoableKind
    from fourfold.store.records import Cause, StepHistory

DEPTH = 50
"""How many changes of a step are kept. One that pushed a version out is the oldest of them, since
only what the last such change took is kept aside."""

_INSERT = (
    "INSERT INTO versions (step_id, number, parent, text, hash, created, cause, words, "
    "lines_added, lines_removed, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SqliteHistories:
    """The port `Histories`. Which version goes, and that it is kept aside, is for the triggers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute

    def state(self, step: str) -> StepState | None:
        return versions.step_state(self._connection, step)

    def history(self, step: str) -> StepHistory | None:
        return versions.history(self._connection, step)

    def begin(self, step: str, path: str, first: NewVersion) -> None:
        cursor = self._execute("INSERT INTO steps (name, path) VALUES (?, ?)", (step, path))
        self._insert(cursor.lastrowid or 0, 1, None, first)

    def add(self, state: StepState, version: NewVersion) -> Added:
        number = state.last_number + 1
        self._insert(state.id, number, state.current, version)
        return self._added(state, number, "added")

    def add_beside(self, state: StepState, version: NewVersion) -> None:
        self._insert(state.id, state.last_number + 1, state.current, version)
        self._execute(
            "UPDATE steps SET current = ?, unversioned = ? WHERE id = ?",
            (state.current, state.unversioned, state.id),
        )

    def replace(self, state: StepState, version: NewVersion) -> Added:
        number = state.last_number + 1
        others = [other for other in state.kept if other != state.current]
        self._execute("DELETE FROM pushed_out WHERE step_id = ?", (state.id,))
        if others:  # first, so that the new one pushes none of them out
            self._make_current(state, others[0])
            self._remove(state, state.current)
        self._insert(state.id, number, state.current, version)
        if not others:
            self._remove(state, state.current)
        return self._added(state, number, "replaced")

    def switch(self, state: StepState, number: int) -> None:
        self._make_current(state, number)
        self._remember(state, StoredChange("switched", state.current, number))

    def leave_unversioned(self, state: StepState, content_hash: str | None) -> None:
        self._execute("UPDATE steps SET unversioned = ? WHERE id = ?", (content_hash, state.id))

    def move(self, state: StepState, path: str) -> None:
        self._execute("UPDATE steps SET path = ? WHERE id = ?", (path, state.id))

    def rename(self, old: str, new: str, path: str) -> None:
        self._execute("UPDATE steps SET name = ?, path = ? WHERE name = ?", (new, path, old))
        self._execute("UPDATE OR REPLACE step_runs SET step = ? WHERE step = ?", (new, old))

    def claim(self, state: StepState, number: int, cause: Cause) -> None:
        self._set("cause", state, number, cause)

    def pin(self, state: StepState, number: int, pinned: bool) -> None:
        self._set("pinned", state, number, pinned)

    def name(self, state: StepState, number: int, name: str | None) -> None:
        self._set("name", state, number, name)

    def text_of(self, state: StepState, number: int) -> str:
        row = self._execute(
            "SELECT text FROM versions WHERE step_id = ?1 AND number = ?2 "
            "UNION ALL SELECT text FROM pushed_out WHERE step_id = ?1 AND number = ?2",
            (state.id, number),
        ).fetchone()
        return str(row[0])

    def has_runs(self, state: StepState, number: int) -> bool:
        found = (
            "SELECT 1 FROM runs WHERE step_id = ?1 AND hash = ?2 "
            "UNION ALL SELECT 1 FROM matrices m JOIN matrix_arms a ON a.matrix = m.id "
            "WHERE m.stopped IS NULL AND m.step_id = ?1 AND a.hash = ?2 LIMIT 1"
        )
        text = (state.id, state.kept[number].hash)
        return self._execute(found, text).fetchone() is not None

    def is_aside(self, state: StepState, number: int) -> bool:
        return versions.pushed_out(self._connection, state.id, [number]) is not None

    def last_change(self, state: StepState) -> StoredChange | None:
        row = self._execute(
            "SELECT kind, before, after, pushed_out FROM changes WHERE step_id = ? "
            "ORDER BY id DESC LIMIT 1",
            (state.id,),
        ).fetchone()
        return StoredChange(*row) if row else None

    def take_back(self, state: StepState, change: StoredChange, *, keeps: bool) -> None:
        self._execute(
            "DELETE FROM changes WHERE id = (SELECT max(id) FROM changes WHERE step_id = ?)",
            (state.id,),
        )
        others = [number for number in state.kept if number != change.after]
        if not keeps and others:
            # The current version cannot be taken out, and the one to return to may not be back yet.
            self._make_current(state, min(others))
            self._remove(state, change.after)
        if change.pushed_out is not None:
            self._execute(
                f"INSERT INTO versions (step_id, {VERSION_COLUMNS}) SELECT step_id, "
                f"{VERSION_COLUMNS} FROM pushed_out WHERE step_id = ? AND number = ?",
                (state.id, change.pushed_out),
            )
        self._make_current(state, change.before)
        if not keeps and not others:
            self._remove(state, change.after)

    def _insert(self, step_id: int, number: int, parent: int | None, version: NewVersion) -> None:
        text, hash_, created, *counted = version
        moment = created.isoformat(timespec="milliseconds")
        self._execute(_INSERT, (step_id, number, parent, text, hash_, moment, *counted))

    def _remove(self, state: StepState, number: int) -> None:
        self._execute("DELETE FROM versions WHERE step_id = ? AND number = ?", (state.id, number))

    def _make_current(self, state: StepState, number: int) -> None:
        self._execute(
            "UPDATE steps SET current = ?, unversioned = NULL WHERE id = ?", (number, state.id)
        )

    def _set(self, column: str, state: StepState, number: int, value: str | bool | None) -> None:
        self._execute(
            f"UPDATE versions SET {column} = ? WHERE step_id = ? AND number = ?",
            (value, state.id, number),
        )

    def _added(self, state: StepState, number: int, kind: UndoableKind) -> Added:
        gone = versions.pushed_out(self._connection, state.id, state.kept)
        change = StoredChange(kind, state.current, number, gone.number if gone else None)
        self._remember(state, change)
        return Added(number, gone)

    def _remember(self, state: StepState, change: StoredChange) -> None:
        self._execute(
            "DELETE FROM changes WHERE step_id = ?1 AND ("
            "?2 AND id <= (SELECT max(id) FROM changes WHERE step_id = ?1 AND pushed_out > 0) "
            "OR id <= (SELECT id FROM changes WHERE step_id = ?1 ORDER BY id DESC "
            f"LIMIT 1 OFFSET {DEPTH - 1}))",
            (state.id, change.pushed_out is not None),
        )
        self._execute(
            "INSERT INTO changes (step_id, kind, before, after, pushed_out) VALUES (?, ?, ?, ?, ?)",
            (state.id, *change),
        )
