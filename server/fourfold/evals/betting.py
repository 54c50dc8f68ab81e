"""Which means are disproven by bets, at whatever time somebody looks.

Values X in [0, 1] come one after the other. Whoever bets the share f of what they have on "the
mean is above m" has, after each X, 1 − f + f·X/m times as much; with the stakes spread evenly over
all f that is

    K(m) = ∫₀¹ Π (1 − f + f·X/m) df

of the first. Where the mean is at most m, K reaches 2/α at any time with a probability of at most
α/2 (Waudby-Smith and Ramdas 2023, section 4), so looking after each value costs nothing. The
integral is taken at 64 Gauss-Legendre nodes, in logarithms. Spread over just these nodes, the
stakes give the same guarantee: what the nodes leave out costs sharpness alone.

Values are whole numbers of 1/UNITS, one in each byte, which makes counting them quick.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache, lru_cache
from itertools import accumulate, islice
from math import cos, exp, inf, log, log1p, pi, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    _Logs = Mapping[int, Sequence[float]]

UNITS = 240
"""Passes, ties, twentieths and the means of up to six equal parts are whole."""

_NODES = 64
_EXACT = 1e-9  # of K, relative: less is the arithmetic's, not the values'
_LARGEST = 700.0  # the logarithm of what a float can hold
_PREFIXES = 8
# How far ahead a look is tried, against how far the last one reached, in values of 1.
_LONGER, _SHORTEST = 2.0, 0.25
_STRETCH = 200.0  # values of 1 in which a node that is left out stays so far below what counts:
_NOTHING = 30.0  # in logarithms, which is less than _EXACT for all nodes together


def counted(values: bytes, end: int | None = None) -> dict[int, int]:
    """How often each value comes, among the first `end` if that is given."""
    return {value: values.count(value, 0, end) for value in _kinds(values)}


def log_wealth(counts: Mapping[int, int], mean: float) -> float:
    """log K at `mean` (above 0) after values that came so often; 0 after none."""
    sums = _sums(counts, mean)
    highest = max(sums)
    return highest + log(sum(exp(term - highest) for term in sums))


def evidence(counts: Mapping[int, int], mean: float) -> float:
    """K itself, as large as a float can be."""
    return exp(min(log_wealth(counts, mean), _LARGEST))


def lower_end(values: bytes, alpha: float) -> float:
    """The largest mean that was disproven after any of the values: the lower end, intersected
    over time, of an interval that holds at all times at once with 1 − α/2."""
    needed = log(2 / alpha)
    mean = _disproven(counted(values), needed)
    # Whatever was not above the last mean is not above a higher one either, so a few turns lead
    # to the highest. Close below it there is little to skip: a few prefixes come first.
    prefixes = [counted(values, len(values) * part // _PREFIXES) for part in range(1, _PREFIXES)]
    while prefixes := [some for some in prefixes if mean and log_wealth(some, mean) > needed]:
        mean = _disproven(prefixes.pop(), needed, mean)
    start = 1
    while rises := list(_rises(values, mean, needed, start)):
        start = rises[0]
        mean = _disproven(counted(values, rises[-1]), needed, mean)
    return mean


def first_proof(values: bytes, mean: float, alpha: float) -> int | None:
    """After how many values "the mean is at most `mean`" was disproven for the first time."""
    return next(_rises(values, mean, log(2 / alpha)), None)


def interval(values: bytes, mirrored: bytes, alpha: float) -> tuple[float, float, bool]:
    """The mean's lower and upper end over time, and whether values have contradicted them.

    `mirrored` are UNITS − X, or less where the upper end must not gain by them. An interval that
    nothing is left of (the mean has changed, or the rare case happened) stays what it was before.
    """
    low, high = _ends(values, mirrored, alpha)
    if low <= high:
        return low, high, False

    def empty(count: int) -> bool:
        low, high = _ends(values[:count], mirrored[:count], alpha)
        return low > high

    before = bisect_left(range(len(values)), True, key=empty) - 1
    return *_ends(values[:before], mirrored[:before], alpha), True


def _ends(values: bytes, mirrored: bytes, alpha: float) -> tuple[float, float]:
    return lower_end(values, alpha), 1 - lower_end(mirrored, alpha)


def _disproven(counts: Mapping[int, int], needed: float, known: float | None = None) -> float:
    """The mean at which log K is `needed`; 0 where there is none. `known` is one below it.

    log K is convex and falls in log m, so Newton's steps from the left never pass the end, and
    a step from the right leads to its left.
    """
    total = sum(counts.values())
    mean = sum(value * count for value, count in counts.items()) / UNITS / max(total, 1)
    if not mean:
        return 0.0
    # about 2.5 standard errors below what was seen, if nothing better is known
    place = log(known or max(mean - 2.5 * sqrt(mean * (1 - mean) / total), mean / 4))
    while True:
        height, slope = _height_and_slope(counts, exp(place))
        if abs(height - needed) < _EXACT / 10:
            return exp(place)
        place += (needed - height) / slope


def _height_and_slope(counts: Mapping[int, int], mean: float) -> tuple[float, float]:
    """log K, and its derivative after log m."""
    sums = _sums(counts, mean)
    slopes = [0.0] * _NODES
    for value, count in counts.items():
        if value:
            ratio = value / (UNITS * mean)
            slopes = [
                slope - count * share * ratio / (1 + share * (ratio - 1))
                for slope, share in zip(slopes, _shares(), strict=True)
            ]
    highest = max(sums)
    weights = [exp(term - highest) for term in sums]
    total = sum(weights)
    slope = sum(weight * slope for weight, slope in zip(weights, slopes, strict=True)) / total
    return highest + log(total), slope


def _rises(values: bytes, mean: float, needed: float, start: int = 1) -> Iterator[int]:
    """After how many values log K(mean) was above `needed`, and then each time that it was above
    the highest so far; from `start` values on.

    Between two times that are looked at, K cannot have risen so far: not even if all that raises
    it had come at once. How much that is, is counted in values of 1. For the next `_STRETCH` of
    them only those nodes are looked at that may come to count by then, which are few after many
    values.
    """
    if not 0 < mean < 1:
        return
    kinds = _kinds(values)
    logs: _Logs = {kind: _logs(kind, mean) for kind in (*kinds, UNITS)}
    gains = {kind: log(max(kind / UNITS / mean, 1)) / -log(mean) for kind in kinds}
    gained = list(accumulate(map(gains.__getitem__, islice(values, start - 1, None))))
    every, since = [weight - needed for weight in _log_weights()], 0
    sums, some = every, logs
    best, seen, after, reach, end = 1 + _EXACT, 0, start, 1.0, -inf
    while after <= len(values):
        now = gained[after - start]
        if now > end:
            every, since, end = _moved(every, logs, values, since, after), after, now + _STRETCH
            sums, some = _counting(every, logs, log(best) - _NOTHING)
        else:
            sums = _moved(sums, some, values, seen, after)
        seen = after
        wealth = _total(sums)
        if wealth > best:
            best = wealth * (1 + _EXACT)
            yield seen
        reach = _reach(sums, wealth, some[UNITS], best, max(_LONGER * reach, _SHORTEST))
        after = bisect_right(gained, min(now + reach, end), seen - start + 1) + start


def _counting(every: list[float], logs: _Logs, least: float) -> tuple[list[float], _Logs]:
    """The sums, and what values add to them, of the nodes that may reach `least` in `_STRETCH`."""
    terms = zip(every, logs[UNITS], strict=True)
    kept = [node for node, (term, gain) in enumerate(terms) if term + _STRETCH * gain > least]
    some = {kind: [of_all[node] for node in kept] for kind, of_all in logs.items()}
    return [every[node] for node in kept], some


def _moved(sums: list[float], logs: _Logs, values: bytes, seen: int, after: int) -> list[float]:
    """The sums after the values from `seen` to `after`."""
    for kind, gains in logs.items():
        if count := values.count(kind, seen, after):
            sums = [term + count * gain for term, gain in zip(sums, gains, strict=False)]
    return sums


def _reach(
    sums: list[float], wealth: float, gains: Sequence[float], best: float, guess: float
) -> float:
    """How many values of 1 in a row surely leave the wealth at most `best`; tries `guess`.

    The logarithm of the wealth is convex in their number, so a chord lies above it.
    """
    risen = _total([term + guess * gain for term, gain in zip(sums, gains, strict=False)])
    if risen <= best:
        return guess
    return guess * log(best / wealth) / log(risen / wealth) if wealth and risen < inf else 0.0


def _total(logarithms: Iterable[float]) -> float:
    try:
        return sum(map(exp, logarithms))
    except OverflowError:
        return inf


def _sums(counts: Mapping[int, int], mean: float) -> list[float]:
    """For each node the logarithm of its weight times the product over all values."""
    sums = list(_log_weights())
    for value, count in counts.items():
        logs = _logs(value, mean)
        sums = [term + count * gain for term, gain in zip(sums, logs, strict=True)]
    return sums


@lru_cache(2)
def _kinds(values: bytes) -> list[int]:
    """Which values there are, each once; the few that are asked about again and again."""
    return sorted(set(values))


@lru_cache(2 * UNITS)
def _logs(value: int, mean: float) -> list[float]:
    """For each node log(1 − f + f·X/m)."""
    excess = value / (UNITS * mean) - 1
    return [log1p(share * excess) for share in _shares()]


@cache
def _shares() -> tuple[float, ...]:
    return tuple((1 + node) / 2 for node, _ in _gauss_legendre())


@cache
def _log_weights() -> tuple[float, ...]:
    return tuple(log(weight / 2) for _, weight in _gauss_legendre())


@cache
def _gauss_legendre() -> list[tuple[float, float]]:
    """Nodes in (−1, 1) and their weights: the roots of the Legendre polynomial, by Newton."""
    nodes = []
    for number in range(_NODES):
        root = -cos(pi * (number + 0.75) / (_NODES + 0.5))
        for _ in range(6):
            before, polynomial = 1.0, root
            for degree in range(2, _NODES + 1):
                before, polynomial = (
                    polynomial,
                    ((2 * degree - 1) * root * polynomial - (degree - 1) * before) / degree,
                )
            slope = _NODES * (root * polynomial - before) / (root * root - 1)
            root -= polynomial / slope
        nodes.append((root, 2 / ((1 - root * root) * slope * slope)))
    return nodes
