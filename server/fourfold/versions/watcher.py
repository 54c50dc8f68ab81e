"""Watching folders for changes that other programs make."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

DEBOUNCE_SECONDS = 0.2
"""How long a file has to be left alone before it counts as written."""

LONGEST_DEBOUNCE_SECONDS = 1.0
"""A file that is written without a pause is looked at this often."""


class Source(Protocol):
    """Tells of what happens to what stands directly in folders, by their real paths."""

    def start(self) -> None: ...
    def watch(self, folders: Collection[Path]) -> None:
        """Watches these folders from now on and no others; OSError."""

    def stop(self) -> None: ...


class FolderWatcher:
    """Tells which paths were touched, once each has been left alone.

    Folders that lie in the folder `root`, or are it, are watched for what stands directly in them.
    `on_touched` gets a set of paths (files and folders, existing or not) on the watcher's thread.
    """

    def __init__(self, root: Path, on_touched: Callable[[set[Path]], None]) -> None:
        self._root = root
        self._on_touched = on_touched
        self._waiting: dict[Path, tuple[float, float]] = {}
        self._changed = threading.Condition()
        self._stopped = False
        self._spelled: dict[Path, set[Path]] = {}
        self._source = _make_source(root, self._happened)
        self._thread = threading.Thread(target=self._settle, name="fourfold-watch", daemon=True)

    def start(self, folders: Collection[Path]) -> None:
        """Starts to watch; OSError where the system cannot watch (any more) folders."""
        self._root.stat()
        self._source.start()
        try:
            self.watch(folders)
        except OSError:
            self.stop()
            raise
        self._thread.start()

    def watch(self, folders: Collection[Path]) -> None:
        """Watches these folders from now on, as they are now; OSError. One that is not there, or
        that a link takes out of the root, is passed over."""
        root = Path(os.path.realpath(self._root))
        spelled: dict[Path, set[Path]] = {}
        for folder in folders:
            real = Path(os.path.realpath(folder))
            if real.is_relative_to(root):
                spelled.setdefault(real, set()).add(folder)
        self._spelled = spelled
        self._source.watch(spelled)

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._source.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _happened(self, folder: Path, name: str) -> None:
        """Something has happened to what has this name in the real folder."""
        now = time.monotonic()
        with self._changed:
            for spelled in self._spelled.get(folder, ()):
                path = spelled / name if name else spelled
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
            self._on_touched(settled)

    def _due(self) -> tuple[float, set[Path]]:
        """When the next path settles, and the paths that have settled by now."""
        now = time.monotonic()
        due = {
            path: min(last + DEBOUNCE_SECONDS, first + LONGEST_DEBOUNCE_SECONDS)
            for path, (first, last) in self._waiting.items()
        }
        return min(due.values()), {path for path, at in due.items() if at <= now}


def _make_source(root: Path, happened: Callable[[Path, str], None]) -> Source:
    if sys.platform == "linux":
        # There a watch of a folder and all below it is one of each folder below it.
        from fourfold.versions.inotify import Inotify

        return Inotify(happened)
    from fourfold.versions.whole_folder import WholeFolder

    return WholeFolder(root, happened)
