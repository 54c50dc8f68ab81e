"""Opening the database of a workspace folder, and transactions on it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from fourfold.store.errors import (
    DamagedDatabaseError,
    ForeignDatabaseError,
    NewerDatabaseError,
    StoreError,
    store_error,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

STATE_FOLDER = ".fourfold"
SCHEMA_VERSION = 1
"""How many migrations schema.py holds; kept in `PRAGMA user_version` so that opening is quick."""

APPLICATION_ID = 0x34464C44
"""Marks the file as a database of Fourfold's; those from before the first release have none."""

BUSY_SECONDS = 5.0


class Database:
    """One connection to `fourfold.db` (WAL, foreign keys on). Any thread that holds `lock`, as a
    transaction does, may use it; every failure of SQLite is raised as StoreError."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.lock = threading.RLock()
        self._identity = _identity(path)
        self._changes_seen = -1

    @classmethod
    def open(cls, folder: Path) -> tuple[Self, str | None]:
        """The database below the workspace `folder`, made if missing, and a notice for the user.

        A damaged file is set aside under another name, never deleted, and the notice says where.
        Raises StoreError where nothing can be written and NewerDatabaseError.
        """
        path = state_folder(folder) / "fourfold.db"
        if not _suspicion(path).exists():
            with contextlib.suppress(DamagedDatabaseError, ForeignDatabaseError):
                return cls._open(path), None
        from filelock import FileLock

        # One process at a time, so that none sets the other's new database aside.
        with FileLock(path.with_name("repair.lock"), timeout=BUSY_SECONDS):
            try:
                return cls._open_suspected(path), None
            except DamagedDatabaseError:
                reason, kept = "was damaged", _set_aside(path, "damaged")
            except ForeignDatabaseError:
                reason, kept = "is none that this release made", _set_aside(path, "foreign")
            return cls._open(path), (
                f"The version database {reason} and is kept as {kept}; a new one was started "
                "with the prompts as they are on disk."
            )

    @classmethod
    def _open_suspected(cls, path: Path) -> Self:
        database = cls._open(path)
        suspicion = _suspicion(path)
        if suspicion.exists():
            try:
                with database.errors_told():
                    (found,) = database.connection.execute("PRAGMA integrity_check(1)").fetchone()
                if found != "ok":
                    raise DamagedDatabaseError(found)
            except StoreError:
                database.close()
                raise
            suspicion.unlink(missing_ok=True)
        return database

    @classmethod
    def _open(cls, path: Path) -> Self:
        try:
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise store_error(error, path) from error
        try:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and application != APPLICATION_ID:
                raise ForeignDatabaseError(f"{path} is no database that this release made.")
            if found > SCHEMA_VERSION:
                raise NewerDatabaseError(
                    f"{path} was written by a newer Fourfold and was left alone; update Fourfold."
                )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            if found < SCHEMA_VERSION:
                _migrate(connection)
            connection.execute("SELECT id FROM steps LIMIT 1")
        except sqlite3.Error as error:
            connection.close()
            raise store_error(error, path) from error
        except StoreError:
            connection.close()
            raise
        return cls(path, connection)

    def transaction(self) -> Transaction:
        """A write transaction from the start (so that two writers queue instead of failing)."""
        return Transaction(self)

    def is_in_place(self) -> bool:
        """Whether the file that is open is still the one at `path`: somebody may have deleted it,
        or set it aside, and what is written to it then is lost."""
        return _identity(self.path) == self._identity

    def changed_elsewhere(self) -> bool:
        """Whether another connection has committed since this was last asked."""
        with self.errors_told():
            (seen,) = self.connection.execute("PRAGMA data_version").fetchone()
        changed = self._changes_seen not in (-1, seen)
        self._changes_seen = seen
        return changed

    @contextlib.contextmanager
    def errors_told(self) -> Iterator[None]:
        """SQLite's errors as StoreError."""
        try:
            yield
        except sqlite3.Error as error:
            raise self.told(error) from error

    def told(self, error: sqlite3.Error) -> StoreError:
        """The error for the user. Of damage a mark is left, for the next start to look at."""
        told = store_error(error, self.path)
        if isinstance(told, DamagedDatabaseError):
            with contextlib.suppress(OSError):
                _suspicion(self.path).touch()
        return told

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()


class Transaction:
    """`with database.transaction():` commits at the end, or rolls back where something raised."""

    __slots__ = ("_database",)

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        database = self._database
        database.lock.acquire()
        try:
            database.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            database.lock.release()
            raise database.told(error) from error
        return database.connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        database = self._database
        try:
            if error is None:
                try:
                    database.connection.execute("COMMIT")
                except sqlite3.Error as failure:
                    self._roll_back()
                    raise database.told(failure) from failure
            else:
                self._roll_back()
                if isinstance(error, sqlite3.Error):
                    raise database.told(error) from error
        finally:
            database.lock.release()

    def _roll_back(self) -> None:
        # A full disk can end the transaction by itself.
        if self._database.connection.in_transaction:
            self._database.connection.execute("ROLLBACK")


def state_folder(folder: Path) -> Path:
    """`folder`/.fourfold, made with a .gitignore that ignores it; StoreError where it cannot be."""
    state = folder / STATE_FOLDER
    if not state.resolve().is_relative_to(folder.resolve()):
        raise StoreError(
            f"{state} is a link out of the workspace, so no versions are kept; delete the link."
        )
    try:
        state.mkdir(exist_ok=True)
        for own in state.iterdir():
            if own.is_symlink():  # brought along by the workspace, to have another file written
                raise StoreError(f"{own} is a link, so no versions are kept; delete the link.")
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except FileExistsError as error:
        raise StoreError(
            f"{state} is a file, so no versions are kept; move the file {STATE_FOLDER} away."
        ) from error
    except OSError as error:
        raise StoreError(
            f"{state} cannot be written ({error.strerror}), so no versions are kept; "
            "make the folder writable."
        ) from error
    return state


def _migrate(connection: sqlite3.Connection) -> None:
    # Only a new or older database needs sqlite_utils, which takes 60 ms to import.
    from sqlite_utils import Database as MigratedDatabase

    from fourfold.store.schema import migrations

    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(
            MigratedDatabase(connection, recursive_triggers=False, execute_plugins=False)
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _suspicion(path: Path) -> Path:
    """Where it is marked that the database at `path` gave a sign of damage while it was in use."""
    return path.with_name(f"{path.name}.suspect")


def _set_aside(path: Path, reason: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.{reason}-{stamp}")
    for suffix in ("-shm", "-wal", ""):
        part = path.with_name(path.name + suffix)
        with contextlib.suppress(FileNotFoundError):
            part.rename(kept.with_name(kept.name + suffix))
    _suspicion(path).unlink(missing_ok=True)
    return kept
