"""A database whose file was deleted while it is open, as `git clean` does it.

As long as it is open all of it can still be read, so it is written again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from fourfold.store.opening import BUSY_SECONDS, open_database
from fourfold.store.state_folder import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.store.database import Database


def reopen(database: Database, folder: Path) -> str:
    """Goes on with the database below the workspace `folder`, and says what became of it.

    Where nothing is in its place it is written again, with all that was in it. Raises as
    `open_database` does.
    """
    written = False
    with contextlib.suppress(sqlite3.Error, OSError):
        written = _write_again(database, state_folder(folder) / "fourfold.db")
    fresh, notice = open_database(folder)
    database.take_over(fresh)
    if notice is not None:
        return notice
    if written:
        return (
            f"The folder .fourfold of {folder} was deleted; its versions and runs have been "
            "written again."
        )
    return (
        f"The version database of {folder} was deleted; a new one was started with the prompts as "
        "they are on disk."
    )


def _write_again(database: Database, path: Path) -> bool:
    from filelock import FileLock

    # One process at a time, so that none writes over what another has written since.
    with FileLock(path.with_name("repair.lock"), timeout=BUSY_SECONDS, mode=0o600):
        if path.exists():
            return False
        copy = path.with_name(f"{path.name}.copy")
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(copy)) as target:
            database.limit(float("inf"))
            database.connection.backup(target)
        copy.replace(path)
        return True
