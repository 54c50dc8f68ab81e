"""Opens the desk of a folder whose calls are left with batch services."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fourfold.app.batches.context import Context
from fourfold.app.batches.desk import BatchDesk
from fourfold.app.batches.kept import KeptBatches
from fourfold.runs.clock import SystemClock
from fourfold.store.state_folder import state_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fourfold.app.engine import Engine
    from fourfold.runs.clock import Clock


@asynccontextmanager
async def open_batches(
    engine: Engine,
    *,
    note: Callable[[str], None],
    on_waiting: Callable[[str], None],
    clock: Clock | None = None,
) -> AsyncIterator[BatchDesk]:
    """A desk; what it has not collected by the end stays with its services."""
    folder = engine.project.folder
    state = await engine.call(state_folder, folder)
    kept = KeptBatches(engine, note)
    await kept.open()
    desk = BatchDesk(Context(kept, state, clock or SystemClock(), note, on_waiting))
    try:
        yield desk
    finally:
        await asyncio.shield(desk.close())
        await kept.close()
