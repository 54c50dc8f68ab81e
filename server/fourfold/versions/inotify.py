"""Watching picked folders on Linux, all with one descriptor and one thread."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
)


class Inotify(WatchCallback):
    """Calls `happened(folder, name)`; with an empty name where events of the folder were lost."""

    def __init__(self, happened: Callable[[Path, str], None]) -> None:
        self._happened = happened
        self._id = CallbackId(id(self))
        self._lock = threading.Lock()
        self._watches: dict[Path, tuple[WatchDescriptor, tuple[int, int]]] = {}
        self._folders: dict[WatchDescriptor, Path] = {}

    def start(self) -> None:
        self._descriptor = InotifyFD()
        self._descriptor.start()

    def watch(self, folders: Collection[Path]) -> None:
        identities = {folder: _identity(folder) for folder in folders}
        with self._lock:
            for folder, (watch, before) in [*self._watches.items()]:
                # A folder may have taken the place of another.
                if identities.get(folder) != before:
                    del self._watches[folder]
                    if self._folders.get(watch) == folder:
                        del self._folders[watch]
                        self._descriptor.remove_callbacks([(watch, self._id)])
            for folder, identity in identities.items():
                if identity is not None and folder not in self._watches:
                    path = os.fsencode(folder)
                    try:
                        watch = self._descriptor.add_callback(path, _MASK, self, self._id)
                    except (FileNotFoundError, NotADirectoryError, PermissionError):
                        continue  # it has just gone, of which the one above it tells
                    self._folders[watch] = folder
                    self._watches[folder] = (watch, identity)

    def stop(self) -> None:
        self._descriptor.stop()
        self._descriptor.join(timeout=2)

    def on_event(self, event: InotifyEvent) -> None:
        folder = self._folders.get(event.wd)
        if folder is not None and event.name:
            self._happened(folder, os.fsdecode(event.name))

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """The folder is gone, of which the one above it tells."""
        with self._lock:
            folder = self._folders.pop(wd, None)
            if folder is not None and self._watches.get(folder, (None,))[0] == wd:
                del self._watches[folder]

    def on_queue_overflow(self) -> None:
        for folder in [*self._watches]:
            self._happened(folder, "")


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
