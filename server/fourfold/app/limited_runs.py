"""Runs that together pass no limit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.runs.estimate import usd_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.engine import Engine
    from fourfold.errors import FourfoldError
    from fourfold.runs.request import RunRequest
    from fourfold.runs.spending import Spending
    from fourfold.store.records import Run


async def carry_out_within(
    engine: Engine, requests: Sequence[RunRequest], spending: Spending
) -> list[Run | None]:
    """The ended runs, in order; None for one that could have passed a limit, so that no model was
    asked. A caller that is cancelled meanwhile cancels them.

    FourfoldError where there is a budget, and no price is known.
    """
    tasks: list[asyncio.Task[Run | None]] = []
    try:
        for call in [_Call(spending, request) for request in requests]:
            # What is going may come to less than room was taken for.
            going = {task for task in tasks if not task.done()}
            while not call.take() and going:
                _, going = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
            tasks.append(asyncio.create_task(call.carry_out(engine)))
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        raise


class _Call:
    """A request with the room for it, which goes on to those that ask again where its response does
    not fit."""

    def __init__(self, spending: Spending, request: RunRequest) -> None:
        self._spending = spending
        self._estimate = usd_within(spending.budget_usd, request)
        self._request = self._within(request)
        self._has_room = False

    def take(self) -> bool:
        self._has_room = self._spending.take(self._estimate)
        return self._has_room

    async def carry_out(self, engine: Engine) -> Run | None:
        if not self._has_room:
            return None
        run = None
        try:
            (run,) = await engine.carry_out([self._request])
        finally:
            self._settle(run)
        return run

    def _settle(self, run: Run | None) -> None:
        """What a call has cost that was cancelled nobody knows."""
        if self._has_room:
            cost = run.cost_usd if run else None
            self._spending.settle(self._estimate, cost, called=not (run and run.cached))
            self._has_room = False

    def _within(self, request: RunRequest) -> RunRequest:
        """The request, which is followed by another one only where there is room for it."""
        following = request.again
        if following is None:
            return request

        def again(run: Run, error: FourfoldError) -> RunRequest | None:
            one = following(run, error)
            if one is None:
                return None
            self._settle(run)
            return self._within(one) if self.take() else None

        return replace(request, again=again)
