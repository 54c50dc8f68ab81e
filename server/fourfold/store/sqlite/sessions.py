"""Which process owns a run that goes on, so that runs of a killed process can be ended.

A session holds an operating-system lock on its own file; the lock ends with the process, however
it ends, on every platform.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from typing import TYPE_CHECKING

from fourfold.store.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock

_ID = re.compile("[0-9a-f]{16}")


class Session:
    """This process's own ownership mark for the runs it starts."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "sessions"
        self._lock: BaseFileLock | None = None
        self.id = secrets.token_hex(8)

    def begin(self) -> str:
        """Takes the lock, if not yet taken, and returns the session's id."""
        if self._lock is None:
            from filelock import FileLock

            # It may be taken on one thread and given back on another.
            lock = FileLock(self._path(self.id), thread_local=False, mode=0o600)
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                lock.acquire(timeout=0)
            except OSError as error:
                raise StoreError(
                    f"{self._folder} cannot be written ({error.strerror}), so no runs can be kept; "
                    "make it writable and run again."
                ) from error
            self._lock = lock
        return self.id

    def renew(self) -> None:
        """Takes the lock again where its file was deleted, so that nobody ends our runs."""
        if self._lock is not None and not self._path(self.id).exists():
            self._lock.release()
            self._lock = None
            self.begin()

    def is_gone(self, owner: str) -> bool:
        """Whether the process of another session has ended. Clears its mark away if so."""
        from filelock import FileLock, Timeout

        if owner == self.id:
            return False
        if not _ID.fullmatch(owner):  # a stranger's database could name a file of any folder
            return True
        path = self._path(owner)
        if not path.exists():
            return True
        try:
            with FileLock(path).acquire(timeout=0):
                pass
        except (Timeout, OSError):
            return False
        with contextlib.suppress(OSError):
            path.unlink()
        return True

    def end(self) -> None:
        if self._lock is not None:
            self._lock.release()
            with contextlib.suppress(OSError):
                self._path(self.id).unlink()
            self._lock = None

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"
