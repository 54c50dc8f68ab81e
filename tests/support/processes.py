"""Processes below another, and their end."""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path


def descendants(process: int) -> list[int]:
    """All processes that `process` started, and those that they started."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                found += [int(child), *descendants(int(child))]
    return found


class Ends:
    """Watches processes, which may be anybody's children, from now on."""

    def __init__(self, processes: list[int]) -> None:
        self._watched: dict[int, int] = {}
        for process in processes:
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                self._watched[os.pidfd_open(process)] = process

    def wait(self, seconds: float) -> None:
        """Waits for each of them to end."""
        for descriptor, process in self._watched.items():
            ended, _, _ = select.select([descriptor], [], [], seconds)
            os.close(descriptor)
            assert ended, f"process {process} goes on"
