"""What is kept for a user beside the configuration: a JSON file outside every workspace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fourfold.text.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOCK_SECONDS = 2.0


class KeptJson:
    """A file with one JSON object, which several processes change. Reading it never fails."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """The object; an empty one where there is no file, or none that can be read."""
        try:
            kept = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def change(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Lets `change` work on the object as it is now, and writes it whole; OSError."""
        from filelock import FileLock, Timeout

        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(f"{self.path}.lock", timeout=_LOCK_SECONDS):
                kept = self.read()
                change(kept)
                write_whole(self.path, json.dumps(kept, indent=2).encode(), 0o600)
        except Timeout as error:
            raise OSError(f"{self.path} is being changed by another process") from error
