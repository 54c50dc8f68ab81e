"""The most dollars that a run of the workflow may spend."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.runs.estimate import request_usd
from fourfold.runs.spending import Spending
from fourfold.text.figures import dollars

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Run


class Budget:
    """Has runs carried out as long as there is room for what they may cost. None is no limit."""

    def __init__(
        self, most_usd: float | None, carry_out: Callable[[RunRequest], Awaitable[Run]]
    ) -> None:
        self._spending = Spending(most_usd)
        self._carry_out = carry_out
        self._settled = asyncio.Event()

    async def carry_out(self, request: RunRequest) -> Run:
        """The ended run, begun once those that go on have left room for it; FourfoldError where
        there is none."""
        most = self._spending.budget_usd
        if most is None:
            return await self._carry_out(request)
        estimate = request_usd(request)
        if estimate is None:
            raise FourfoldError(
                f"No price of {request.model.label} is known, so a budget in dollars cannot be "
                "kept: leave it out."
            )
        while not self._spending.take(estimate):
            if not self._spending.going:
                left = max(0.0, most - (self._spending.cost_usd or 0.0))
                raise FourfoldError(
                    f"It may cost {dollars(estimate)}, and {dollars(left)} of the budget are left: "
                    "give more, and run the workflow again to go on."
                )
            self._settled.clear()
            await self._settled.wait()
        run = None
        try:
            run = await self._carry_out(request)
            return run
        finally:
            called = run is None or not run.cached
            self._spending.settle(estimate, run.cost_usd if run else None, called=called)
            self._settled.set()
