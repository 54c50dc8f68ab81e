"""Opening the database of a workspace folder: made if missing, believed only where this user made
it here and its tables are ours, else set aside."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.store.errors import (
    DamagedDatabaseError,
    ForeignDatabaseError,
    NewerDatabaseError,
    StoreError,
)
from fourfold.store.sqlite.database import Database, suspicion
from fourfold.store.sqlite.failures import store_error
from fourfold.store.sqlite.lean_import import without
from fourfold.store.sqlite.ownership import OwnDatabases, refuse_tracked
from fourfold.store.sqlite.schema_print import SCHEMA_PRINT, SCHEMA_VERSION
from fourfold.store.state_folder import state_folder

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x34464C44
"""Marks the file as a database of Fourfold's; those from before the first release have none."""

BUSY_SECONDS = 5.0
CHECK_SECONDS = 60.0
"""How long another program may hold the database, and how long looking for damage may take."""

_SAFETY = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
)
_WAYS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)


def open_database(folder: Path, own: OwnDatabases | None = None) -> tuple[Database, str | None]:
    """The database below the workspace `folder`, made if missing, and a notice for the user.

    One that is damaged, or that somebody else made, is set aside under another name, never deleted,
    and the notice says where; of one that was emptied it says that. Raises StoreError where nothing
    can be written or git tracks it, and NewerDatabaseError.
    """
    own = own or OwnDatabases()
    path = state_folder(folder) / "fourfold.db"
    refuse_tracked(path)
    emptied = None
    if is_empty(path) and own.has(path):
        emptied = (
            f"The version database {path} was emptied by another program, so its versions are "
            "gone; a new one was started with the prompts as they are on disk."
        )
    if not suspicion(path).exists():
        with contextlib.suppress(DamagedDatabaseError, ForeignDatabaseError):
            return _open(path, own), emptied
    from filelock import FileLock

    # One process at a time, so that none sets the other's new database aside.
    with FileLock(path.with_name("repair.lock"), timeout=BUSY_SECONDS, mode=0o600):
        try:
            return _open_suspected(path, own), emptied
        except DamagedDatabaseError:
            reason, kept = "was damaged", set_aside(path, "damaged")
        except ForeignDatabaseError as error:
            reason, kept = str(error), set_aside(path, "foreign")
        return _open(path, own), (
            f"The version database {reason} and is kept as {kept}; a new one was started with the "
            "prompts as they are on disk."
        )


def is_empty(path: Path) -> bool:
    """Whether a file is there without anything in it, as is one that is about to be made."""
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def _open_suspected(path: Path, own: OwnDatabases) -> Database:
    database = _open(path, own)
    if suspicion(path).exists():
        try:
            with database.errors_told():
                database.limit(CHECK_SECONDS)
                _check(database.connection)
        except StoreError:
            database.close()
            raise
        suspicion(path).unlink(missing_ok=True)
    return database


def _check(connection: sqlite3.Connection) -> None:
    """Looks at every page, and at the values that the tables can't check by themselves."""
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise DamagedDatabaseError(found)
    for row in connection.execute(
        "SELECT inputs, messages, parameters, used_examples, adjustments, coalesce(value, '0') "
        "FROM runs UNION ALL SELECT request, '0', '0', '0', '0', '0' FROM workflow_runs "
        "UNION ALL SELECT refused, '0', '0', '0', '0', '0' FROM matrices "
        "UNION ALL SELECT version, '0', '0', '0', '0', '0' FROM matrix_arms"
    ):
        for text in row:
            json.loads(text)


def _open(path: Path, own: OwnDatabases) -> Database:
    for part in (path, path.with_name(f"{path.name}-wal")):
        if part.is_dir():
            raise ForeignDatabaseError("was a folder")
    with contextlib.suppress(OSError):  # which SQLite tells of
        path.touch(mode=0o600, exist_ok=False)
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    database = Database(path, connection)
    try:
        with database.errors_told():
            _make_ready(database, own)
    except BaseException:
        database.close()
        raise
    return database


def _make_ready(database: Database, own: OwnDatabases) -> None:
    connection, path = database.connection, database.path
    for pragma in _SAFETY:
        connection.execute(pragma)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (is_new,) = connection.execute("SELECT count(*) = 0 FROM sqlite_master").fetchone()
    is_ours = is_new or application == APPLICATION_ID
    if is_ours and version > SCHEMA_VERSION:
        raise NewerDatabaseError(
            f"{path} was written by a newer Fourfold and was left alone; update Fourfold."
        )
    if not is_ours:
        raise ForeignDatabaseError("is none that this release made")
    if not is_new:
        if version == SCHEMA_VERSION and schema_print(connection) != SCHEMA_PRINT:
            raise ForeignDatabaseError("has tables that are not Fourfold's")
        own.require(token(connection), path)
    for pragma in _WAYS:
        connection.execute(pragma)
    if is_new or version < SCHEMA_VERSION:
        _migrate(database, own)


def _migrate(database: Database, own: OwnDatabases) -> None:
    # Only a new or older database needs sqlite_utils, which takes 60 ms to import, and six times
    # that with numpy, of which it would know the numbers.
    with without("numpy", "pandas"):
        from sqlite_utils import Database as MigratedDatabase

    from fourfold.store.sqlite.schema import migrations

    with database.transaction() as connection:
        migrations.apply(
            MigratedDatabase(connection, recursive_triggers=False, execute_plugins=False)
        )
        if token(connection) is None:
            connection.execute("INSERT INTO identity VALUES (?)", (own.enter(database.path),))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def token(connection: sqlite3.Connection) -> str | None:
    """The name of the database, by which it is told from others."""
    row = connection.execute("SELECT token FROM identity LIMIT 1").fetchone()
    return str(row[0]) if row else None


def schema_print(connection: sqlite3.Connection) -> str:
    """A name for all tables, indexes, views and triggers, but for SQLite's own and the list of
    migrations."""
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' "
        "ESCAPE '!' AND NOT (type = 'table' AND name = '_sqlite_migrations') ORDER BY type, name"
    ).fetchall()
    return hashlib.blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()


def set_aside(path: Path, reason: str) -> Path:
    """Gives the database at `path` another name beside it, which is returned."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.{reason}-{stamp}")
    for suffix in ("-shm", "-wal", ""):
        part = path.with_name(path.name + suffix)
        with contextlib.suppress(FileNotFoundError):
            part.rename(kept.with_name(kept.name + suffix))
    suspicion(path).unlink(missing_ok=True)
    return kept
