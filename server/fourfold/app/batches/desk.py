"""Where a matrix leaves the calls of a wave, and gets them back one by one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.batches.batched import BatchedIntegration
from fourfold.app.batches.lane import Lane
from fourfold.errors import FourfoldError
from fourfold.llm.batches.service import OffersBatches
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from fourfold.app.batches.context import Context
    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.request import RunRequest


class BatchDesk:
    """See `Ahead`. A lane for each model."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lanes: dict[tuple[str, str | None], Lane] = {}

    def through(self, model: ResolvedModel) -> ResolvedModel:
        """The model as its batches have it; FourfoldError where it has none."""
        if not isinstance(model.integration, OffersBatches):
            raise FourfoldError(
                f"{model.label} has no batches: test it without --batch, or name a model of your "
                "own that has."
            )
        key = (model.label, model.endpoint)
        if key not in self._lanes:
            service = model.integration.batches(model.model)
            self._lanes[key] = Lane(model, service, self._context)
        lane = self._lanes[key]
        return replace(model, integration=BatchedIntegration(model, lane), batch=True)

    def is_known(self, request: RunRequest) -> None:
        """See `Ahead.is_known`."""
        self._lane(request).is_known(request)

    def want(self, request: RunRequest) -> None:
        """See `Ahead.want`."""
        self._lane(request).want(request)

    async def carry_out(self) -> None:
        """See `Ahead.carry_out`."""
        await _together(lane.carry_out() for lane in self._lanes.values())

    async def close(self) -> None:
        """Forgets what was collected, and says what goes on."""
        left = 0
        for lane in self._lanes.values():
            left += await lane.settle()
            lane.close()
        if left:
            self._context.note(
                f"{figures.counted(left, 'call')} {'stays' if left == 1 else 'stay'} with the "
                "provider: `fourfold test --batch` again collects, `fourfold batch cancel` ends "
                "what goes on."
            )

    def _lane(self, request: RunRequest) -> Lane:
        integration = request.model.integration
        assert isinstance(integration, BatchedIntegration)  # noqa: S101 - through has made it
        return integration.lane


async def _together(works: Iterable[Awaitable[None]]) -> None:
    """All at once; where one fails the others are ended, and its error is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
