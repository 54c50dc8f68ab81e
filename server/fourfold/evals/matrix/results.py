"""What has come back, in the order in which it was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fourfold.evals.verdict import Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from fourfold.evals.matrix.arm import Arm

Ending = Literal["certain", "equal"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one arm did on one test in one repeat; `passed` is None where the response is missing,
    or could not be judged, and `reason` says why it is not true. `response` tells responses apart.
    The figures are those of its `run`, which is named by its id. `agreements` says of each judge
    that was asked twice whether it said the same. It is `by` that person, None for this user."""

    passed: bool | None
    score: float | None = None
    response: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    duration_ms: float | None = None
    cost_usd: float | None = None
    run: str | None = None
    reason: str = ""
    agreements: tuple[bool, ...] = ()
    by: str | None = None


class Results:
    """The answers of each arm. Those of an arm count up to the first that is still to come,
    whatever came back before it."""

    def __init__(
        self, arms: Sequence[Arm], order: Sequence[tuple[str, int]], baseline: Arm | None
    ) -> None:
        self.arms = tuple(arms)
        self.order = tuple(order)
        self.baseline = baseline
        self._answers: dict[Arm, dict[int, Answer]] = {arm: {} for arm in arms}
        self._reach = dict.fromkeys(arms, 0)

    def put(self, arm: Arm, place: int, answer: Answer) -> None:
        """The answer for what stands at `place` in the order."""
        answers = self._answers[arm]
        answers[place] = answer
        while self._reach[arm] in answers:
            self._reach[arm] += 1

    def reach(self, arms: Collection[Arm]) -> int:
        """How many places all of these arms have answered, from the first on."""
        return min((self._reach[arm] for arm in arms), default=0)

    def of(self, arm: Arm) -> Iterator[tuple[str, Answer]]:
        """The tests and answers of an arm that count, in order."""
        for place in range(self._reach[arm]):
            yield self.order[place][0], self._answers[arm][place]

    def verdict(self) -> Verdict:
        """What is proven so far."""
        return verdict(self._results(), baseline=self.baseline)

    def _results(self) -> Iterator[tuple[Arm, str, int, bool | None]]:
        for place, (test, repeat) in enumerate(self.order):
            for arm in self.arms:
                if place < self._reach[arm]:
                    yield arm, test, repeat, self._answers[arm][place].passed


def beaten(found: Verdict) -> set[object]:
    """The arms that another is better than."""
    return {pair.a for pair in found.pairs if pair.verdict == "better"} | {
        pair.b for pair in found.pairs if pair.verdict == "worse"
    }


def settled(found: Verdict, baseline: Arm | None) -> set[object]:
    """The arms that need not be asked any more: the beaten ones, or, where all are held against a
    baseline, those of which it is known how they stand to it."""
    if baseline is None:
        return beaten(found)
    return {pair.b for pair in found.pairs if pair.verdict != "undecided"}


def ending(found: Verdict, baseline: Arm | None) -> Ending | None:
    """Whether nothing more is to be learned: a winner, or equality among those that are left."""
    out = beaten(found) if baseline is None else set()
    left = [pair for pair in found.pairs if not {pair.a, pair.b} & out]
    if not found.pairs or any(pair.verdict == "undecided" for pair in left):
        return None
    return "equal" if left and all(pair.verdict == "equal" for pair in left) else "certain"
