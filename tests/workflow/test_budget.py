"""The most that a run of the workflow may spend."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.errors import FourfoldError
from fourfold.llm import user_models
from fourfold.llm.integration import ResolvedModel
from fourfold.runs.request import RunRequest
from fourfold.store.records import Run
from fourfold.workflow.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST = RunRequest(
    step="a",
    version=1,
    model=ResolvedModel(None, "m", "m"),  # type: ignore[arg-type]
    messages=[{"role": "user", "content": "Hi"}],
)


class Asked:
    """Runs that wait until they are let go, and cost so much then."""

    def __init__(self, *costs: float | None, cached: bool = False) -> None:
        self.costs = list(costs)
        self.cached = cached
        self.going: list[asyncio.Future[None]] = []

    async def __call__(self, _: RunRequest) -> Run:
        self.going.append(asyncio.get_running_loop().create_future())
        await self.going[-1]
        made = Run("id", "a", 1, "m", "succeeded", cached=self.cached)
        object.__setattr__(made, "cost_usd", self.costs.pop(0))
        return made


async def begun(tasks: int) -> None:
    for _ in range(5 * tasks):
        await asyncio.sleep(0)


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> Callable[[float | None], None]:
    def price(usd: float | None) -> None:
        monkeypatch.setattr(user_models, "price", lambda *_: usd)

    price(1.0)
    return price


@pytest.mark.usefixtures("priced")
async def test_a_call_waits_for_those_that_may_leave_room_for_it() -> None:
    asked = Asked(0.5, 0.25, 0.25, None)
    budget = Budget(2.0, asked)
    tasks = [asyncio.create_task(budget.carry_out(REQUEST)) for _ in range(4)]
    await begun(4)
    assert len(asked.going) == 2
    asked.going[0].set_result(None)  # 0.5 are spent, and 1 may be: no room for another
    await begun(4)
    assert len(asked.going) == 2
    asked.going[1].set_result(None)
    await begun(4)
    assert len(asked.going) == 3
    asked.going[2].set_result(None)
    await begun(4)
    asked.going[3].set_result(None)
    assert len(await asyncio.gather(*tasks)) == 4


@pytest.mark.usefixtures("priced")
async def test_where_nothing_is_left_nothing_is_asked() -> None:
    asked = Asked(0.75)
    budget = Budget(1.5, asked)
    first = asyncio.create_task(budget.carry_out(REQUEST))
    await begun(1)
    second = asyncio.create_task(budget.carry_out(REQUEST))
    asked.going[0].set_result(None)
    await first
    with pytest.raises(
        FourfoldError, match=r"may cost \$1\.00, and .0\.7500 of the budget are left"
    ):
        await second
    assert len(asked.going) == 1


@pytest.mark.parametrize(("most", "asks"), [(5.0, False), (None, True)])
async def test_without_a_price_there_is_no_budget(
    priced: Any, most: float | None, asks: bool
) -> None:
    priced(None)
    asked = Asked(None)
    task = asyncio.create_task(Budget(most, asked).carry_out(REQUEST))
    await begun(1)
    assert bool(asked.going) is asks
    if asks:
        asked.going[0].set_result(None)
        await task
        return
    with pytest.raises(FourfoldError, match="No price of m is known"):
        await task
