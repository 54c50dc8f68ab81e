"""A database whose file was deleted while it is open, as `git clean` does it.

As long as it is open all of it can still be read, so it is written again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from fourfold.store.errors import StoreError
from fourfold.store.sqlite.opening import (
    BUSY_SECONDS,
    is_empty,
    open_database,
    set_aside,
    token,
)
from fourfold.store.state_folder import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fourfold.store.sqlite.database import Database


def reopen(database: Database, folder: Path) -> str:
    """Goes on with the database below the workspace `folder`, and says what became of it.

    Where nothing is in its place, or one that somebody has begun anew since, it is written again,
    with all that was in it. Raises as `open_database` does.
    """
    state_folder(folder)
    written = _write_again(database)
    fresh, notice = open_database(folder)
    begun = None
    if notice is None and not written and not database.is_beside() and _differ(database, fresh):
        begun = _write_over(database, fresh)
        fresh, notice = open_database(folder)
    is_another = _differ(database, fresh)
    database.take_over(fresh)
    if notice is not None:
        return notice
    if written or begun is not None:
        kept = f"; what was begun anew meanwhile is kept as {begun}" if begun is not None else ""
        return (
            f"The folder .fourfold of {folder} was deleted; its versions and runs have been "
            f"written again{kept}."
        )
    if not is_another:
        return (
            f"The version database of {folder} was deleted or moved; the one that is there now, "
            "which has its versions, is used."
        )
    return (
        f"The version database of {folder} was deleted or set aside; the one that is there now was "
        "started with the prompts as they were on disk."
    )


def _write_again(database: Database) -> bool:
    """Whether nothing, or an empty file, was in its place, and it is there again."""
    with _repairing(database):
        if not database.path.exists() or is_empty(database.path):
            _copy(database).replace(database.path)
            return True
    return False


def _write_over(database: Database, fresh: Database) -> Path | None:
    """Takes the place back from `fresh`, which is closed; where that is now, if it could be."""
    with closing(fresh), _repairing(database):
        if fresh.is_in_place():  # else another process was here before
            copy = _copy(database)
            fresh.close()
            begun = set_aside(database.path, "begun")
            copy.replace(database.path)
            return begun
    return None


@contextlib.contextmanager
def _repairing(database: Database) -> Iterator[None]:
    """One process at a time, so that none writes over what another has written since. What cannot
    be read or written any more stays as it is."""
    from filelock import FileLock

    lock = FileLock(database.path.with_name("repair.lock"), timeout=BUSY_SECONDS, mode=0o600)
    with contextlib.suppress(sqlite3.Error, OSError), lock:
        yield


def _copy(database: Database) -> Path:
    copy = database.path.with_name(f"{database.path.name}.copy")
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(copy)) as target:
        database.limit(float("inf"))
        database.connection.backup(target)
    return copy


def _differ(database: Database, other: Database) -> bool:
    """Whether the other one was made anew, or this one cannot be read any more."""
    try:
        with database.errors_told(), other.errors_told():
            return token(database.connection) != token(other.connection)
    except StoreError:
        return True
