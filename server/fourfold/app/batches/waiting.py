"""Waits for batches: first soon again, then seldom, and whatever happens to the network."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from fourfold.app.batches.patience import LONGEST_PAUSE_S
from fourfold.llm.batches.service import BatchStatus
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.batches.context import Context
    from fourfold.app.batches.patience import Patience
    from fourfold.llm.batches.service import BatchService
    from fourfold.store.facts import KeptBatch

_FIRST_PAUSE_S, _SLOWER = 0.5, 1.5
LONGEST = timedelta(hours=26)
"""Services end a batch after a day; one that they do not is left to itself."""


async def wait(
    service: BatchService, batches: Sequence[KeptBatch], context: Context, patience: Patience
) -> list[tuple[KeptBatch, BatchStatus]]:
    """How these batches stand, once each has ended, or should have long ago. Who has cancelled one
    before it is looked at here, and asks again, wants the rest; else it is not to be asked again.
    """
    ended: list[tuple[KeptBatch, BatchStatus]] = []
    open_ = list(batches)
    total = sum(one.requests for one in batches)
    pause, is_first = _FIRST_PAUSE_S, True
    while open_:
        done = sum(one.requests for one, _ in ended)
        going = []
        for one in open_:
            status = await patience.until_it_goes(partial(_look, service, one))
            done += one.requests if status.ended else status.done
            if status.ended or context.clock.now() - one.created > LONGEST:
                status = replace(status, cancelled=status.cancelled and not is_first)
                ended.append((one, status))
            else:
                going.append(one)
        open_, is_first = going, False
        context.on_waiting(f"{done:,} of {total:,} answered by {service.host}")
        if open_:
            await context.clock.sleep(pause)
            pause = min(pause * _SLOWER, LONGEST_PAUSE_S)
    return ended


async def _look(service: BatchService, batch: KeptBatch) -> BatchStatus:
    try:
        return await service.look(batch.batch or "")
    except ModelError as error:
        if error.kind != "not_found":
            raise
    if batch.by is not None:  # it is of another key, and so no help
        return BatchStatus(True, refused=f"{service.host} does not show {batch.by}'s batch.")
    raise ModelError(
        f"{service.host} does not know the batch {batch.batch} with this key: use the key that it "
        f"was left with, or forget it with `fourfold batch cancel {batch.batch}`.",
        "not_found",
    )
