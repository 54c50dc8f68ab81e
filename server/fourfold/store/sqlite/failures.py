"""What SQLite reports, as sentences for the user."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from fourfold.store.errors import DamagedDatabaseError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

_PRIMARY_CODE = 0xFF

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "Another program holds {path}; nothing was changed, try again.",
    sqlite3.SQLITE_LOCKED: "Another program holds {path}; nothing was changed, try again.",
    sqlite3.SQLITE_FULL: "The disk is full, so {path} could not be written; free some space and "
    "save again.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written ({detail}); check the disk and "
    "save again.",
    sqlite3.SQLITE_READONLY: "{path} is read-only, so no versions can be kept; make it writable.",
    sqlite3.SQLITE_CANTOPEN: "{path} could not be opened, so no versions can be kept; make its "
    "folder writable.",
    sqlite3.SQLITE_PERM: "{path} may not be written, so no versions can be kept; make it writable.",
    sqlite3.SQLITE_INTERRUPT: "{path} takes too long to answer, so nothing was changed; see "
    "whether another program keeps the disk busy, and try again.",
    sqlite3.SQLITE_TOOBIG: "That is too large to be kept in {path}; shorten it and save again.",
}


def store_error(error: Exception, path: Path) -> StoreError:
    """The error for the user that `error`, raised on the database at `path`, stands for: one of
    SQLite's, or of reading a value that nobody of ours has written."""
    if not isinstance(error, sqlite3.Error):
        return _damaged(path)
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & _PRIMARY_CODE if code is not None else None
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(path)
    sentence = _SENTENCES.get(primary, "{path} could not be used ({detail}); try again.")  # type: ignore[arg-type]
    return StoreError(sentence.format(path=path, detail=error))


def _damaged(path: Path) -> DamagedDatabaseError:
    return DamagedDatabaseError(
        f"{path} is damaged; restart Fourfold, which sets it aside and starts anew."
    )
