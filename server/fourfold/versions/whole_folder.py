"""Watching picked folders where the system watches a folder with all below it at no more cost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    EVENT_TYPE_CLOSED_NO_WRITE,
    EVENT_TYPE_OPENED,
    DirModifiedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_READING = (EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE)


class WholeFolder(FileSystemEventHandler):
    """Watches all below `root`, and calls `happened(folder, name)` for what is in the folders."""

    def __init__(self, root: Path, happened: Callable[[Path, str], None]) -> None:
        self._happened = happened
        self._folders: frozenset[Path] = frozenset()
        self._observer = Observer()
        self._observer.schedule(self, os.path.realpath(root), recursive=True)

    def start(self) -> None:
        self._observer.start()

    def watch(self, folders: Collection[Path]) -> None:
        self._folders = frozenset(folders)

    def stop(self) -> None:
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join(timeout=2)

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _READING or isinstance(event, DirModifiedEvent):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(os.fsdecode(name))  # "" becomes ".", which is nowhere
            if path.parent in self._folders:
                self._happened(path.parent, path.name)
