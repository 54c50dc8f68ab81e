"""Calls of a matrix that are made together, before it takes one answer after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from fourfold.errors import FourfoldError
from fourfold.evals.judges import calls_of
from fourfold.evals.missing import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.app.testing.costs import Costs
    from fourfold.app.testing.ready import Place, Readying
    from fourfold.evals.cases import TestCase
    from fourfold.runs.request import RunRequest
    from fourfold.runs.spending import Spending

FIRST_WAVE = 50
"""So many places of the order come first, where it is looked at what they have shown before more
are asked: about as many pairs as it takes to see a difference of 25 points."""


class Ahead(Protocol):
    """Who makes calls together. Raises FourfoldError."""

    def is_known(self, request: RunRequest) -> None:
        """This request has its answer already."""

    def want(self, request: RunRequest) -> None:
        """This request is to be answered by the next `carry_out`, if it is not yet."""

    async def carry_out(self) -> None:
        """Has all that is wanted answered: whoever asks its model then has the answer at once."""


def waves(places: int, *, looking: bool) -> Iterator[int]:
    """Where each wave of so many places ends: after 1×, 2×, 4×, 8× as many as the first, where it
    is looked at between them, else after all."""
    end = FIRST_WAVE if looking else places
    while end < places:
        yield end
        end *= 2
    yield places


async def want(
    ahead: Ahead,
    repeats: Sequence[Sequence[tuple[Place, TestCase, int]]],
    readying: Readying,
    costs: Costs,
    spending: Spending,
) -> int:
    """Has the calls of these repeats of tests made ahead, each by all arms or by none; for how many
    of them there is enough to spend."""
    planned = replace(spending)
    for count, places in enumerate(repeats):
        _, case, _ = places[0]
        if case.recorded is not MISSING:
            continue
        wanted = []
        for one in await readying.ready(places, ()):
            if isinstance(one, FourfoldError):  # told of where it is asked
                continue
            if one.run is not None:
                ahead.is_known(one.request)
                continue
            estimate = costs.of_call(one.at.arm, one.request)
            judges, usd = calls_of(case.assertions), await costs.of_judges(case)
            if not planned.take(estimate, following=judges, following_usd=usd):
                return count
            wanted.append(one.request)
        for request in wanted:
            ahead.want(request)
    return len(repeats)
