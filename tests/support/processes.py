"""Processes below another, and their end."""

from __future__ import annotations

import os
import select
from pathlib import Path


def descendants(process: int) -> list[int]:
    """All processes that `process` started, and those that they started."""
    found: list[int] = []
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            found += [int(child), *descendants(int(child))]
    return found


class Ends:
    """Watches processes, which may be anybody's children, from now on."""

    def __init__(self, processes: list[int]) -> None:
        self._watched = {os.pidfd_open(process): process for process in processes}

    def wait(self, seconds: float) -> None:
        """Waits for each of them to end."""
        for descriptor, process in self._watched.items():
            ended, _, _ = select.select([descriptor], [], [], seconds)
            os.close(descriptor)
            assert ended, f"process {process} goes on"
