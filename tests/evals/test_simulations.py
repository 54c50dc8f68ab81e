"""What the verdict promises, tried: thousands of comparisons that are watched after every pair.

A claim that was proven once stays, so the first proof of it is all that somebody who looks after
every pair can see.
"""

from __future__ import annotations

import math
import random
import statistics
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from fourfold import verdict
from fourfold.evals.betting import UNITS, first_proof, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Outcomes = list[tuple[bool, bool]]
    Draw = Callable[[random.Random], Outcomes]

TRIALS = 2_000
PAIRS = 600
TESTS = 50
ALPHA = 0.05
EQUAL = (0.5, 0.7, 0.95)


def values(pairs: Iterable[tuple[bool, bool]]) -> bytes:
    """(1 + B − A) / 2 of each pair, in units."""
    return bytes((1 + b - a) * UNITS // 2 for a, b in pairs)


def mirrored(drawn: bytes) -> bytes:
    return bytes(UNITS - value for value in drawn)


def alike(rate_a: float, rate_b: float, count: int = PAIRS) -> Draw:
    """Every test is as easy as every other."""
    return lambda draw: [(draw.random() < rate_a, draw.random() < rate_b) for _ in range(count)]


def of_varying_difficulty(rate_a: float, rate_b: float, count: int = PAIRS) -> Draw:
    """What is hard for one version is hard for the other: normal on the scale of log odds."""
    spread = 1.25

    def rate(mean: float, difficulty: float) -> float:
        odds = math.log(mean / (1 - mean)) * math.sqrt(1 + spread**2 / 2.9)
        return 1 / (1 + math.exp(spread * difficulty - odds))

    def drawn(draw: random.Random) -> Outcomes:
        difficulties = [draw.gauss(0, 1) for _ in range(count)]
        return [
            (draw.random() < rate(rate_a, hard), draw.random() < rate(rate_b, hard))
            for hard in difficulties
        ]

    return drawn


def always_one_side(draw: random.Random) -> Outcomes:
    """Half of the tests are always won by A, half by B; in rounds, each in an order of its own."""
    tests = [(True, False), (False, True)] * (TESTS // 2)
    return [pair for _ in range(PAIRS // TESTS) for pair in draw.sample(tests, len(tests))]


def false_claims(pairs_of: Draw, seed: int, trials: int = TRIALS) -> tuple[float, float]:
    """In which share of the trials B was called better at some time, and worse."""
    draw = random.Random(seed)
    found = [values(pairs_of(draw)) for _ in range(trials)]
    return claimed(found), claimed(map(mirrored, found))


def claimed(found: Iterable[bytes], mean: float = 0.5) -> float:
    """In which share "the mean is at most `mean`" was held to be disproven."""
    return statistics.mean(first_proof(drawn, mean, ALPHA) is not None for drawn in found)


@pytest.mark.parametrize("rate", EQUAL)
def test_of_equal_versions_none_is_called_better(rate: float) -> None:
    better, worse = false_claims(alike(rate, rate), seed=1)
    assert better <= 0.025
    assert worse <= 0.025


def test_of_versions_that_each_win_half_of_the_tests_none_is_called_better() -> None:
    better, worse = false_claims(always_one_side, seed=2)
    assert better <= 0.025
    assert worse <= 0.025


def test_repeats_of_a_test_together_would_mislead() -> None:
    """Which is why the order is drawn in rounds: the same tests, each with all its repeats."""

    def together(draw: random.Random) -> Outcomes:
        tests = draw.sample([(True, False), (False, True)] * (TESTS // 2), TESTS)
        return [pair for pair in tests for _ in range(PAIRS // TESTS)]

    assert sum(false_claims(together, seed=3, trials=200)) > 0.2


def test_answers_that_come_back_in_another_order_do_not_mislead() -> None:
    """Failing answers take three times as long, 50 at once. Counted as they come back they would
    name a winner nearly always; in the drawn order a pair that is still open holds back the rest.
    """
    draw = random.Random(4)
    fooled = claims = 0
    for _ in range(40):
        tests = [(test, draw.random() < 0.7, draw.random() < 0.7) for test in range(200)]
        time_of = {test: (3 if b < a else 1) * draw.uniform(1, 2) for test, a, b in tests}
        arrived = sorted(tests, key=lambda pair: pair[0] // 50 * 6 + time_of[pair[0]])
        fooled += first_proof(values((a, b) for _, a, b in arrived), 0.5, ALPHA) is not None
        # B is asked last, and looked at whenever another twenty have come back
        for count in range(20, 201, 20):
            back = {test for test, _, _ in arrived[:count]}
            results = [
                (arm, test, 0, passed)
                for test, a, b in tests
                for arm, passed in (("A", a), ("B", b))
                if arm == "A" or test in back
            ]
            if verdict(results).pairs[0].verdict in ("better", "worse"):
                claims += 1
                break
    assert fooled > 12
    assert claims <= 2


@pytest.mark.parametrize("rate", EQUAL)
def test_failing_answers_that_go_missing_make_no_winner(rate: float) -> None:
    """A quarter of B's failures never arrive; left out they would make B better."""
    draw = random.Random(5)
    claims = 0
    for _ in range(100):
        results = []
        for test in range(400):
            passed = draw.random() < rate
            missing = not passed and draw.random() < 0.25
            results.append(("A", test, 0, draw.random() < rate))
            results.append(("B", test, 0, None if missing else passed))
        claims += verdict(results).pairs[0].verdict == "better"
    assert claims <= 0.025 * 100


def test_of_four_equal_versions_none_is_called_better() -> None:
    draw = random.Random(6)
    false = 0
    for _ in range(TRIALS):
        arms = [[draw.random() < 0.7 for _ in range(150)] for _ in range(4)]
        false += any(
            first_proof(values(zip(a, b, strict=True)), 0.5, ALPHA / 6)
            for a, b in permutations(arms, 2)
        )
    assert false / TRIALS <= 0.05


@pytest.mark.parametrize(("rate_a", "rate_b"), [(0.7, 0.7), (0.7, 0.85), (0.5, 0.75), (0.95, 0.9)])
def test_the_interval_holds_at_all_times_at_once(rate_a: float, rate_b: float) -> None:
    draw = random.Random(7)
    pairs_of = alike(rate_a, rate_b)
    found = [values(pairs_of(draw)) for _ in range(TRIALS)]
    mean = (1 + rate_b - rate_a) / 2
    assert claimed(found, mean) + claimed(map(mirrored, found), 1 - mean) <= 0.05


@pytest.mark.parametrize(
    ("rate_a", "rate_b", "most"), [(0.7, 0.95, 40), (0.5, 0.75, 55), (0.7, 0.85, 105)]
)
def test_half_of_the_true_differences_are_found_soon(
    rate_a: float, rate_b: float, most: int
) -> None:
    draw = random.Random(8)
    pairs_of = of_varying_difficulty(rate_a, rate_b)
    needed = [first_proof(values(pairs_of(draw)), 0.5, ALPHA) or PAIRS for _ in range(TRIALS // 4)]
    assert statistics.median(needed) <= most


@pytest.mark.parametrize(
    ("rate", "widths"), [(0.7, (23, 16, 12, 7)), (0.95, (14, 9, 6, 3.5))], ids=str
)
def test_the_interval_is_as_narrow_as_said(rate: float, widths: tuple[float, ...]) -> None:
    draw = random.Random(9)
    for count, width in zip((50, 100, 200, 600), widths, strict=True):
        pairs_of = of_varying_difficulty(rate, rate, count)
        halves = []
        for _ in range(100):
            drawn = values(pairs_of(draw))
            low, high, _ = interval(drawn, mirrored(drawn), ALPHA)
            halves.append((high - low) * 100)
        assert statistics.mean(halves) == pytest.approx(width, abs=1)


def test_four_versions_are_searched_with_a_quarter_of_the_calls() -> None:
    """One version is 25 points above three of 0.70; beaten ones are asked no more."""
    draw = random.Random(10)
    calls, winners = [], 0
    for _ in range(25):
        alive, results = [1, 2, 3, 4], []
        for count in range(250):
            results += [
                (arm, count, 0, draw.random() < (0.95 if arm == 3 else 0.7)) for arm in alive
            ]
            if count % 5 == 4:
                for pair in verdict(results).pairs:
                    beaten = {"better": pair.a, "worse": pair.b}.get(pair.verdict)
                    alive = [arm for arm in alive if arm != beaten]
            if len(alive) == 1:
                break
        calls.append(len(results))
        winners += alive == [3]
    assert statistics.mean(calls) <= 250
    assert winners >= 24
