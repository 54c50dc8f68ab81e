"""How the batches of a folder stand, and ending them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.llm.batches.service import OffersBatches, Submission
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from fourfold.app.batches.kept import KeptBatches
    from fourfold.app.engine import Engine
    from fourfold.llm.batches.service import BatchService, BatchStatus
    from fourfold.store.facts import KeptBatch


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch, and how it stands with its provider; `error` says why that is not known."""

    kept: KeptBatch
    status: BatchStatus | None = None
    error: str | None = None


async def batches_now(engine: Engine, kept: KeptBatches) -> list[Standing]:
    """All batches of this user's of which something is still to be collected."""
    return [await _asked(engine, one, _look) for one in await _own(kept)]


async def cancel_batches(
    engine: Engine, batches: KeptBatches, keys: Collection[str]
) -> list[Standing]:
    """Ends the batches of this user's with these keys, or these names of the provider's, or all
    that go on. InvalidArgumentError where there is no such batch.

    What was answered by then is collected by the next test. One that the provider does not know is
    forgotten.
    """
    kept = await _own(batches)
    for key in keys:
        if not any(key in (one.key, one.batch) for one in kept):
            raise InvalidArgumentError("batch", f"there is no batch {key} of this folder.")
    meant = [one for one in kept if not keys or {one.key, one.batch} & set(keys)]
    return [await _asked(engine, one, _end(batches)) for one in meant]


async def _own(batches: KeptBatches) -> list[KeptBatch]:
    return [one for one in await batches.all() if one.by is None]


async def _asked(
    engine: Engine,
    kept: KeptBatch,
    ask: Callable[[BatchService, KeptBatch], Awaitable[Standing]],
) -> Standing:
    try:
        return await ask(await _service(engine, kept), kept)
    except FourfoldError as error:
        return Standing(kept, error=str(error))


async def _service(engine: Engine, kept: KeptBatch) -> BatchService:
    model = await engine.registry.resolve(requested=kept.model)
    if not isinstance(model.integration, OffersBatches) or model.endpoint != kept.endpoint:
        raise FourfoldError(
            f"{kept.model} was at {kept.endpoint} when the batch was left there, and is not now."
        )
    return model.integration.batches(model.model)


async def _look(service: BatchService, kept: KeptBatch) -> Standing:
    return Standing(kept, await service.look(kept.batch) if kept.batch else None)


def _end(batches: KeptBatches) -> Callable[[BatchService, KeptBatch], Awaitable[Standing]]:
    async def end(service: BatchService, kept: KeptBatch) -> Standing:
        name = kept.batch or await service.find(
            Submission(kept.key, kept.file, kept.requests, kept.changed)
        )
        if name is None:
            await batches.forget(kept)
            return Standing(kept)
        kept = replace(kept, batch=name)
        await batches.keep(kept)
        try:
            if not (status := await service.look(name)).ended:
                await service.cancel(name)
                status = await service.look(name)
        except ModelError as error:
            if error.kind == "not_found":
                await batches.forget(kept)
            raise
        return Standing(kept, status)

    return end
