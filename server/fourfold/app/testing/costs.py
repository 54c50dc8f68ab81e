"""What the calls of a matrix may cost, before they are made."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.evals.missing import MISSING
from fourfold.runs.estimate import request_usd, usd_within

if TYPE_CHECKING:
    from collections.abc import Collection

    from fourfold.app.testing.asking import Asking
    from fourfold.app.testing.outside.carrying import Outside
    from fourfold.app.testing.tests import StepTests
    from fourfold.evals.cases import TestCase
    from fourfold.evals.matrix.arm import Arm
    from fourfold.evals.matrix.results import Results
    from fourfold.runs.request import RunRequest


class Costs:
    """Of calls and judges, in dollars, held against a budget where there is one."""

    def __init__(self, tests: StepTests, outside: Outside, budget_usd: float | None) -> None:
        self._tests = tests
        self._outside = outside
        self._budget_usd = budget_usd
        self._dearest: dict[Arm, float] = {}
        self._judging: dict[str, float] = {}

    async def of_all(
        self, results: Results, asking: Collection[Asking], calls: int
    ) -> float | None:
        """About what all `calls` would cost, had none been made before, and their judges; None
        where no price is known."""
        total = await self._of_all_judges(results)
        case = next((one for one in self._tests.cases.values() if one.recorded is MISSING), None)
        if case is None or total is None:
            return total or None
        for one in asking:
            try:
                estimate = request_usd(await one.request(case, 1))
            except FourfoldError:  # told of where it is asked
                continue
            if estimate is None:
                return None
            total += estimate * calls / len(asking)
        return total

    async def _of_all_judges(self, results: Results) -> float | None:
        total = 0.0
        for test, times in Counter(test for test, _ in results.order).items():
            each = await self._outside.estimate_usd(self._tests.cases[test].assertions)
            if each is None:
                return None
            total += each * times * len(results.arms)
        return total

    def of_call(self, arm: Arm, request: RunRequest) -> float | None:
        """What a call may cost, at least what the dearest of its arm did; None where nobody limits
        it. FourfoldError where no price is known."""
        estimate = usd_within(self._budget_usd, request)
        return None if estimate is None else max(estimate, self._dearest.get(arm, 0.0))

    def note(self, arm: Arm, cost_usd: float | None) -> None:
        """Takes down what a call has cost."""
        if cost_usd is not None:
            self._dearest[arm] = max(self._dearest.get(arm, 0.0), cost_usd)

    async def of_judges(self, case: TestCase) -> float:
        """About what the judges of an answer cost; nothing where nobody limits it."""
        if self._budget_usd is None:
            return 0.0
        if case.identity not in self._judging:
            each = await self._outside.estimate_usd(case.assertions)
            self._judging[case.identity] = each or 0.0  # without a price none is asked
        return self._judging[case.identity]
