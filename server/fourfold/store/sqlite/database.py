"""A database that is open: transactions, a limit on each query, and what is said of errors."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from fourfold.errors import FourfoldError
from fourfold.store.errors import DamagedDatabaseError, StoreError
from fourfold.store.sqlite.failures import store_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")

QUERY_SECONDS = 10.0
"""No query takes longer, whatever is in the database."""

_STEPS_PER_LOOK = 50_000
"""Instructions of SQLite's between two looks at the clock: less than a millisecond."""

_ODD_VALUES = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What reading a row raises whose values nobody of ours has written."""


class Database:
    """One connection to `fourfold.db`. Any thread that holds `lock`, as a transaction does, may use
    it; every failure of SQLite is raised as StoreError."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.lock = threading.RLock()
        self._identity = _identity(path)
        self._changes_seen = -1
        self._give_up = float("inf")
        connection.set_progress_handler(self._is_late, _STEPS_PER_LOOK)

    def take_over(self, other: Database) -> None:
        """Goes on with the connection of `other`, which is not used any more."""
        self.close()
        self.connection, self._identity = other.connection, other._identity
        self._changes_seen = -1
        self.connection.set_progress_handler(self._is_late, _STEPS_PER_LOOK)

    def transaction(self) -> Transaction[sqlite3.Connection]:
        """A write transaction from the start (so that two writers queue instead of failing)."""
        return self.changing(_as_it_is)

    def changing(self, what: Callable[[sqlite3.Connection], T]) -> Transaction[T]:
        """The same, for `what` is made of the connection."""
        return Transaction(self, what)

    def limit(self, seconds: float | None = None) -> None:
        """What is asked from now on is given up after so long."""
        self._give_up = time.monotonic() + (QUERY_SECONDS if seconds is None else seconds)

    def _is_late(self) -> bool:
        return time.monotonic() > self._give_up

    def is_in_place(self) -> bool:
        """Whether the file that is open is still the one at `path`: somebody may have deleted it,
        or set it aside, and what is written to it then is lost."""
        return _identity(self.path) == self._identity

    def is_beside(self) -> bool:
        """Whether the file that is open has another name in the same folder: it was set aside."""
        return any(_identity(file) == self._identity for file in self.path.parent.iterdir())

    def changed_elsewhere(self) -> bool:
        """Whether another connection has committed since this was last asked."""
        with self.errors_told():
            (seen,) = self.connection.execute("PRAGMA data_version").fetchone()
        changed = self._changes_seen not in (-1, seen)
        self._changes_seen = seen
        return changed

    @contextlib.contextmanager
    def errors_told(self) -> Iterator[None]:
        """A query, whose errors are raised as StoreError."""
        self.limit()
        try:
            yield
        except FourfoldError:
            raise
        except (sqlite3.Error, *_ODD_VALUES) as error:
            raise self.told(error) from error

    def told(self, error: Exception) -> StoreError:
        """The error for the user. Of damage a mark is left, for the next start to look at."""
        told = store_error(error, self.path)
        if isinstance(told, DamagedDatabaseError):
            with contextlib.suppress(OSError):
                suspicion(self.path).touch()
        return told

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()


class Transaction(Generic[T]):
    """`with database.transaction():` commits at the end, or rolls back where something raised."""

    __slots__ = ("_database", "_what")

    def __init__(self, database: Database, what: Callable[[sqlite3.Connection], T]) -> None:
        self._database = database
        self._what = what

    def __enter__(self) -> T:
        database = self._database
        database.lock.acquire()
        try:
            database.connection.execute("BEGIN IMMEDIATE")
            database.limit()
        except sqlite3.Error as error:
            database.lock.release()
            raise database.told(error) from error
        return self._what(database.connection)

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
                if isinstance(error, (sqlite3.Error, *_ODD_VALUES)):
                    raise database.told(error) from error
        finally:
            database.lock.release()

    def _roll_back(self) -> None:
        # A full disk can end the transaction by itself.
        if self._database.connection.in_transaction:
            self._database.connection.execute("ROLLBACK")


def _as_it_is(connection: sqlite3.Connection) -> sqlite3.Connection:
    return connection


def suspicion(path: Path) -> Path:
    """Where it is marked that the database at `path` gave a sign of damage while it was in use."""
    return path.with_name(f"{path.name}.suspect")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - each save asks, and a Path takes twice as long
    except OSError:
        return None
    return found.st_dev, found.st_ino
