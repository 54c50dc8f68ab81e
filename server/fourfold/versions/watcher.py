"""Watching a workspace folder for changes that other programs make."""

from __future__ import annotations

import contextlib
import os
import threading
import time
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
    from collections.abc import Callable, Collection, Sequence

    from watchdog.observers.api import BaseObserver, ObservedWatch

DEBOUNCE_SECONDS = 0.2
"""How long a file has to be left alone before it counts as written."""

LONGEST_DEBOUNCE_SECONDS = 1.0
"""A file that is written without a pause is looked at this often."""

_READING = (EVENT_TYPE_OPENED, EVENT_TYPE_CLOSED_NO_WRITE)


class FolderWatcher:
    """Tells which paths were touched, once each has been left alone.

    `shallow` folders are watched for what stands directly in them, `deep` ones, which lie below
    a shallow one, with all below them, from when they appear.
    `on_touched` gets a set of paths (files and folders, existing or not) on the watcher's thread.
    """

    def __init__(
        self,
        shallow: Sequence[Path],
        deep: Sequence[Path],
        on_touched: Callable[[set[Path]], None],
    ) -> None:
        self._shallow = list(shallow)
        self._folders = list(deep)
        self._on_touched = on_touched
        self._waiting: dict[Path, tuple[float, float]] = {}
        self._changed = threading.Condition()
        self._stopped = False
        self._watched: dict[Path, ObservedWatch] = {}
        self._observer: BaseObserver = Observer()
        self._thread = threading.Thread(target=self._settle, name="fourfold-watch", daemon=True)

    def start(self) -> None:
        """Starts to watch; OSError where the system cannot watch (any more) folders."""
        try:
            for folder in self._shallow:
                self._schedule(folder, recursive=False)
            self._watch_folders()
            self._observer.start()
        except OSError:
            self.stop()
            raise
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._observer.stop()
        for thread in (self._observer, self._thread):
            if thread.is_alive():
                thread.join(timeout=2)

    def _watch_folders(self, touched: Collection[Path] = ()) -> None:
        """Watches each deep folder, or what there is of the way to one that does not exist yet.

        Folders that were `touched` were made, moved or deleted, so they are watched anew.
        """
        wanted = {}
        for folder in self._folders:
            there = folder
            while not there.is_dir() and there != there.parent:
                there = there.parent
            if self._is_inside(there):
                wanted[there] = there == folder
        for folder in [*self._watched]:
            if folder in touched or wanted.get(folder) != self._watched[folder].is_recursive:
                with contextlib.suppress(KeyError):
                    self._observer.unschedule(self._watched.pop(folder))
        for folder, recursive in wanted.items():
            if folder not in self._watched:
                self._watched[folder] = self._schedule(folder, recursive=recursive)

    def _schedule(self, folder: Path, *, recursive: bool) -> ObservedWatch:
        real = folder.resolve()  # what watchdog would not follow, were the folder itself a link
        handler = _Handler(self._touched, real, folder)
        return self._observer.schedule(handler, str(real), recursive=recursive)

    def _is_inside(self, folder: Path) -> bool:
        """Whether a folder is really below one that is watched, and no link leads out of it."""
        real = folder.resolve()
        return folder not in self._shallow and any(
            real.is_relative_to(shallow.resolve()) for shallow in self._shallow
        )

    def _touched(self, path: Path) -> None:
        now = time.monotonic()
        with self._changed:
            first, _ = self._waiting.get(path, (now, now))
            self._waiting[path] = (first, now)
            self._changed.notify()

    def _settle(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._waiting)
                if self._stopped:
                    return
                due, settled = self._due()
                if not settled:
                    self._changed.wait(max(0.0, due - time.monotonic()))
                    continue
                for path in settled:
                    del self._waiting[path]
            if any(folder.is_relative_to(path) for path in settled for folder in self._folders):
                with contextlib.suppress(OSError):
                    self._watch_folders(settled)
            self._on_touched(settled)

    def _due(self) -> tuple[float, set[Path]]:
        """When the next path settles, and the paths that have settled by now."""
        now = time.monotonic()
        due = {
            path: min(last + DEBOUNCE_SECONDS, first + LONGEST_DEBOUNCE_SECONDS)
            for path, (first, last) in self._waiting.items()
        }
        return min(due.values()), {path for path, at in due.items() if at <= now}


class _Handler(FileSystemEventHandler):
    """Passes on what happens in the folder `real`, as paths in `folder`, which leads there."""

    def __init__(self, touched: Callable[[Path], None], real: Path, folder: Path) -> None:
        self._touched = touched
        self._real = real
        self._folder = folder

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _READING or isinstance(event, DirModifiedEvent):
            return
        for name in (event.src_path, event.dest_path):
            path = Path(os.fsdecode(name))  # "" becomes ".", which is nowhere
            if path.is_relative_to(self._real):
                self._touched(self._folder / path.relative_to(self._real))
