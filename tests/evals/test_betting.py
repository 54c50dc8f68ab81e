"""The arithmetic of the verdict, held against scipy and against looking after every value."""

from __future__ import annotations

import random
from math import exp, log

import pytest
from scipy import integrate, special, stats

from fourfold.evals.betting import (
    UNITS,
    counted,
    evidence,
    first_proof,
    interval,
    log_wealth,
    lower_end,
)

WIN, TIE, LOSS = UNITS, UNITS // 2, 0


def values(wins: int, losses: int, ties: int, seed: int | None = None) -> bytes:
    drawn = [WIN] * wins + [LOSS] * losses + [TIE] * ties
    if seed is not None:
        random.Random(seed).shuffle(drawn)
    return bytes(drawn)


def mirrored(drawn: bytes) -> bytes:
    return bytes(UNITS - value for value in drawn)


@pytest.mark.parametrize(
    ("wins", "losses"), [(0, 0), (1, 0), (0, 1), (11, 1), (36, 10), (10, 4), (3, 90), (300, 200)]
)
@pytest.mark.parametrize("ties", [0, 7, 1000])
def test_at_no_difference_it_is_the_sequential_mcnemar(wins: int, losses: int, ties: int) -> None:
    both = wins + losses + 1
    logarithm = both * log(2) + special.betaln(wins + 1, losses + 1)
    expected = exp(logarithm) * stats.binom.cdf(wins, both, 0.5)
    assert evidence(counted(values(wins, losses, ties)), 0.5) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("mean", [0.02, 0.3, 0.5, 0.77, 0.99])
@pytest.mark.parametrize(
    "drawn",
    [b"", bytes([WIN]), bytes([TIE] * 50), values(20, 5, 30), bytes(range(0, UNITS + 1, 3))],
    ids=["none", "one", "ties", "passes", "graded"],
)
def test_wealth_is_the_integral(drawn: bytes, mean: float) -> None:
    def product(share: float) -> float:
        result = 1.0
        for value in drawn:
            result *= 1 - share + share * value / UNITS / mean
        return result

    expected, _ = integrate.quad(product, 0, 1, epsabs=0, epsrel=1e-10, limit=500)
    assert exp(log_wealth(counted(drawn), mean)) == pytest.approx(expected, rel=1e-7)


def test_what_is_too_large_for_a_float_stays_a_number() -> None:
    assert evidence({WIN: 100_000}, 0.5) == pytest.approx(exp(700))


@pytest.mark.parametrize(
    "kinds",
    [
        [LOSS, TIE, WIN],
        [LOSS, WIN],
        [LOSS],
        [TIE],
        [WIN],
        [TIE, TIE, TIE, TIE, TIE, WIN, LOSS],
        range(0, UNITS + 1, 20),
        range(UNITS + 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("count", [0, 1, 2, 30, 150])
def test_the_end_is_the_highest_of_looking_after_every_value(
    kinds: list[int] | range, count: int
) -> None:
    draw = random.Random(count)
    drawn = bytes(draw.choices(kinds, k=count))
    highest = 0.0
    for end in range(count + 1):
        # alone, a prefix's end is where its wealth is 2/α; there is no time to intersect over
        counts = counted(drawn[:end])
        if counts and max(counts) and log_wealth(counts, highest or 1e-9) > log(40):
            highest = _end_by_bisection(counts)
    assert lower_end(drawn, 0.05) == pytest.approx(highest, abs=1e-9)


def _end_by_bisection(counts: dict[int, int]) -> float:
    low, high = 1e-9, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if log_wealth(counts, middle) > log(40) else (low, middle)
    return low


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("mean", [0.2, 0.45, 0.5, 0.55])
def test_the_first_proof_is_the_first_time_at_which_it_is_there(seed: int, mean: float) -> None:
    drawn = values(90, 50, 60, seed)
    times = (
        end for end in range(201) if log_wealth(counted(drawn[:end]), mean) > log(2 / 0.05) + 1e-9
    )
    assert first_proof(drawn, mean, 0.05) == next(times, None)


def test_the_interval_only_gets_narrower() -> None:
    drawn = values(60, 40, 100, seed=4)
    before = (0.0, 1.0)
    for end in range(len(drawn) + 1):
        low, high, _ = interval(drawn[:end], mirrored(drawn[:end]), 0.05)
        assert before[0] - 1e-9 <= low <= high <= before[1] + 1e-9
        before = (low, high)


def test_an_interval_that_later_values_contradict_stays_as_it_was() -> None:
    drawn = values(100, 0, 0) + values(0, 1000, 0)
    low, high, contradicted = interval(drawn, mirrored(drawn), 0.05)
    assert contradicted
    assert 0.9 < low <= high <= 1
    assert interval(drawn[:100], mirrored(drawn[:100]), 0.05) == (
        pytest.approx(low, abs=0.01),
        1.0,
        False,
    )


@pytest.mark.parametrize(
    ("wins", "losses", "count", "points"),
    [(11, 1, 46, (1, 45)), (36, 10, 200, (3, 24)), (10, 4, 200, (-3, 10))],
)
def test_the_figures_of_known_counts(
    wins: int, losses: int, count: int, points: tuple[int, int]
) -> None:
    """Each end where what raises it comes last, so that no earlier time says more."""
    ties = count - wins - losses
    low = lower_end(values(0, losses, ties) + values(wins, 0, 0), 0.05)
    high = 1 - lower_end(mirrored(values(wins, 0, ties) + values(0, losses, 0)), 0.05)
    assert (round(200 * low - 100), round(200 * high - 100)) == points
