"""What the lanes of one desk share: what is kept, where, and who is told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from fourfold.app.batches.kept import KeptBatches
    from fourfold.runs.clock import Clock

_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Context:
    """`state` is the folder for what is only needed while the process lives. `note` tells a
    sentence, `on_waiting` how far batches are, again and again."""

    kept: KeptBatches
    state: Path
    clock: Clock
    note: Callable[[str], None]
    on_waiting: Callable[[str], None]

    @asynccontextmanager
    async def submitting(self) -> AsyncIterator[None]:
        """One process of this folder at a time, so that two do not leave the same requests."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.state / "batches.lock", mode=0o600)
        while True:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                await asyncio.sleep(_LOOK_S)
            except OSError as error:
                raise StoreError(
                    f"{self.state} cannot be written ({error.strerror}), so no batches can be "
                    "kept; make it writable and run again."
                ) from error
            else:
                break
        try:
            yield
        finally:
            lock.release()
