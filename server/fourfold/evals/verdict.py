"""Which of several versions is better on these tests, as far as it is proven.

Every statement holds however often somebody looks, and whenever they stop: the intervals hold at
all times at once with a probability of 1 − α (`betting.py` has the arithmetic), provided that the
results are given in the order in which they were drawn (`pairing.py` says what that protects from).
Nothing is claimed about tests that are not among them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from fourfold.errors import InvalidArgumentError
from fourfold.evals import sentences
from fourfold.evals.betting import counted, evidence, first_proof, interval
from fourfold.evals.pairing import Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from fourfold.evals.pairing import Pairs, Results, Values

Statement = Literal["better", "worse", "equal", "undecided"]

_NO_DIFFERENCE = 0.5  # as the mean of (1 + difference) / 2


@dataclass(frozen=True, slots=True)
class Arm:
    """How one arm did: a version, or whatever else the results name.

    `passed` counts the scores of 1, `rate` is their share of `runs`, `score` the mean (both None
    without runs), `low` and `high` the interval of the mean. A `missing` run is in none of them,
    but widens the interval.
    """

    arm: Hashable
    runs: int
    missing: int
    passed: int
    rate: float | None
    score: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pair:
    """What is proven of `b`, held against `a`.

    `difference` is the mean of b's score − a's, `low` and `high` its interval, all from −1 to 1.
    `pairs` counts those that were looked at, of which `missing` lack one side. `evidence` against
    "no difference": the larger e-value of the two directions. `decided` is after how many pairs
    the verdict could be given first; None while it is not.
    """

    a: Hashable
    b: Hashable
    verdict: Statement
    difference: float
    low: float
    high: float
    wins: int
    losses: int
    pairs: int
    missing: int
    evidence: float
    decided: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is proven of all arms, in the order in which they first came, and in one sentence."""

    arms: tuple[Arm, ...]
    pairs: tuple[Pair, ...]
    sentence: str


def verdict(
    results: Results,
    *,
    alpha: float = 0.05,
    margin: float = 0.05,
    baseline: Hashable | None = None,
) -> Verdict:
    """What `results` prove: tuples (arm, test, repeat, score), in the order in which they were
    drawn.

    A score is a bool or a number from 0 to 1; None stands for what never reached a model, and is
    replaced where the same run comes again. All pairs of arms are compared, or with `baseline` each
    other arm with that one; `alpha` is divided by their number. Two arms are "equal" when they
    differ by no more than `margin`. May be called after each result, and acted on.

    Raises InvalidArgumentError.
    """
    if not 0 < alpha < 1:
        raise InvalidArgumentError("alpha", f"alpha lies between 0 and 1, unlike {alpha!r}.")
    if not 0 <= margin <= 1:
        raise InvalidArgumentError("margin", f"The margin is from 0 to 1, unlike {margin!r}.")
    table = Table(results)
    if baseline is None:
        compared = list(combinations(table.arms, 2))
    else:
        compared = [(baseline, arm) for arm in table.arms if arm != baseline]
    pairs = tuple(
        _pair(
            a,
            b,
            table.pairs(a, b),
            alpha=alpha / len(compared),
            margin=margin,
            alone=len(compared) == 1,
        )
        for a, b in compared
    )
    arms = tuple(_arm(table, arm, alpha) for arm in table.arms)
    return Verdict(arms, pairs, sentences.of_all(arms, pairs, margin))


def _arm(table: Table, arm: Hashable, alpha: float) -> Arm:
    sample = table.sample(arm)
    low, high, _ = interval(sample.values.high, sample.values.low, alpha)
    rate = sample.passed / sample.runs if sample.runs else None
    return Arm(arm, sample.runs, sample.missing, sample.passed, rate, sample.score, low, high)


def _pair(
    a: Hashable, b: Hashable, pairs: Pairs, *, alpha: float, margin: float, alone: bool
) -> Pair:
    high, low = pairs.values.high, pairs.values.low
    lowest, highest, contradicted = interval(high, low, alpha)
    statement, decided = _decided(pairs.values, lowest, highest, alpha, margin)
    found = Pair(
        a,
        b,
        statement,
        pairs.difference,
        2 * lowest - 1,
        2 * highest - 1,
        pairs.wins,
        pairs.losses,
        len(high),
        pairs.missing,
        max(evidence(counted(high), _NO_DIFFERENCE), evidence(counted(low), _NO_DIFFERENCE)),
        decided,
        "",
    )
    return replace(found, sentence=sentences.of_pair(found, pairs, margin, contradicted, alone))


def _decided(
    values: Values, low: float, high: float, alpha: float, margin: float
) -> tuple[Statement, int | None]:
    """The statement, and after how many pairs it could be made first."""
    if low > _NO_DIFFERENCE:
        return "better", first_proof(values.high, _NO_DIFFERENCE, alpha) or len(values.high)
    if high < _NO_DIFFERENCE:
        return "worse", first_proof(values.low, _NO_DIFFERENCE, alpha) or len(values.low)
    least = _NO_DIFFERENCE - margin / 2
    if least < low and high < 1 - least:
        proofs = [first_proof(side, least, alpha) for side in (values.high, values.low)]
        return "equal", max(proof or len(values.high) for proof in proofs)
    return "undecided", None
