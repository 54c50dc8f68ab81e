"""Which batches there are, from the event loop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.app.engine import Engine
    from fourfold.store.facts import KeptBatch

OLDEST = timedelta(days=29)
"""After so long services have deleted what was answered."""


class KeptBatches:
    """The folder's own. Every method raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> list[KeptBatch]:
        """Those whose answers services still have."""
        now = datetime.now(UTC)
        found = await self._engine.in_store(lambda store: store.batches())
        for one in found:
            if now - one.created > OLDEST:
                await self.forget(one)
        return [one for one in found if now - one.created <= OLDEST]

    async def keep(self, batch: KeptBatch) -> None:
        """Keeps what is known of a batch now."""
        await self._engine.in_store(lambda store: store.keep_batch(batch))

    async def forget(self, batch: KeptBatch) -> None:
        """Forgets a batch."""
        await self._engine.in_store(lambda store: store.forget_batch(batch.key))
