"""Reads results in the order in which they were drawn, and sets those of two arms against each
other.

A pair is one test in one repeat. Pairs count in the drawn order, up to the first of which one side
is still to come: whatever came back first would choose among them otherwise. What is missing for
one side counts against every claim; what is missing for both says nothing, and is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from math import floor
from typing import TYPE_CHECKING, Any, Final

from fourfold.errors import InvalidArgumentError
from fourfold.evals.betting import UNITS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    Results = Iterable[tuple[Hashable, Hashable, Hashable, float | None]]

_OPEN: Final = object()
_IN_A_BYTE = 256
_ROUNDING = 1e-9  # what a float may be off, in units


@dataclass(frozen=True, slots=True)
class Values:
    """What counts for the claim that a mean is high, and for the one that it is low.

    Bytes of 1/UNITS; in `low` they are subtracted from UNITS. Both are rounded down, and 0 for
    what is missing, which is against either claim.
    """

    high: bytes
    low: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """The scores of one arm."""

    values: Values
    missing: int
    runs: int  # those that have a score
    passed: int  # those whose score is 1
    score: float | None  # their mean; None without any


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of two arms that count; their values are (score of B − score of A + 1) / 2."""

    values: Values
    missing: int
    wins: int
    losses: int
    difference: float  # the mean of what B's score is above A's; 0 without any
    drawn: int  # those that count, and those that are missing for both
    graded: bool  # whether a score is neither a pass nor a failure


class Table:
    """The scores of each arm, and a place for each pair in the drawn order."""

    def __init__(self, results: Results) -> None:
        """Raises InvalidArgumentError for a score that is none, and for a second one."""
        places: dict[tuple[Hashable, Hashable], int] = {}
        self._columns: dict[Hashable, list[Any]] = {}
        for arm, test, repeat, score in results:
            place = places.setdefault((test, repeat), len(places))
            column = self._columns.setdefault(arm, [])
            if place == len(column):
                column.append(score)
                continue
            column += [_OPEN] * (place + 1 - len(column))
            if column[place] not in (_OPEN, None):
                raise InvalidArgumentError(
                    "results", f"{arm!r} has two scores for repeat {repeat!r} of test {test!r}."
                )
            column[place] = score
        for column in self._columns.values():
            _check(column)

    @property
    def arms(self) -> list[Hashable]:
        """Each arm that has a result, in the order in which they came."""
        return list(self._columns)

    def sample(self, arm: Hashable) -> Sample:
        """All scores of one arm; without any for one that is not known yet."""
        scores = self._columns.get(arm, [])
        counts = Counter(scores)
        if counts.pop(_OPEN, 0):
            scores = [score for score in scores if score is not _OPEN]
        missing = counts.pop(None, 0)
        runs = len(scores) - missing
        return Sample(
            _values(scores, {*counts, None}, {score: score for score in counts}),
            missing,
            runs,
            counts[1],
            sum(score * count for score, count in counts.items() if score) / runs if runs else None,
        )

    def pairs(self, a: Hashable, b: Hashable) -> Pairs:
        """The pairs of two arms, up to the first that is open."""
        columns = [self._columns.get(arm, []) for arm in (a, b)]
        pairs = list(zip_longest(*columns, fillvalue=_OPEN))
        counts = Counter(pairs)
        if any(_OPEN in pair for pair in counts):
            pairs = [pair for pair in pairs if pair != (_OPEN, _OPEN)]
            open_at = [pairs.index(pair) for pair in counts if pair.count(_OPEN) == 1]
            del pairs[min(open_at, default=len(pairs)) :]
            counts = Counter(pairs)
        drawn = len(pairs)
        if counts.pop((None, None), 0):
            pairs = [pair for pair in pairs if pair != (None, None)]
        differences = {pair: pair[1] - pair[0] for pair in counts if None not in pair}
        both = sum(counts[pair] for pair in differences)
        total = sum(difference * counts[pair] for pair, difference in differences.items())
        return Pairs(
            _values(pairs, counts, {pair: (1 + by) / 2 for pair, by in differences.items()}),
            len(pairs) - both,
            sum(counts[pair] for pair, difference in differences.items() if difference > 0),
            sum(counts[pair] for pair, difference in differences.items() if difference < 0),
            total / both if both else 0.0,
            drawn,
            any(score not in (0, 1) for pair in differences for score in pair),
        )


def _check(column: Iterable[Any]) -> None:
    """Raises InvalidArgumentError for a score that is none."""
    try:
        kinds: Iterable[Any] = set(column)
    except TypeError:  # something that has no hash is no number
        kinds = column
    for score in kinds:
        if score is None or score is _OPEN:
            continue
        # written so that NaN fails as well
        if not (isinstance(score, int | float) and 0 <= score <= 1):
            raise InvalidArgumentError(
                "results", f"A score is a bool, a number from 0 to 1 or None, not {score!r}."
            )


def _values(items: Sequence[Any], kinds: Iterable[Any], known: dict[Any, float]) -> Values:
    """The values of `items`, of which there are these `kinds`; what is not `known` is missing."""
    codes = {item: code for code, item in enumerate(kinds)}
    high = [_units(known[item]) if item in known else 0 for item in codes]
    low = [_units(1 - known[item]) if item in known else 0 for item in codes]
    coded = list(map(codes.__getitem__, items))
    if len(codes) > _IN_A_BYTE:
        return Values(bytes(map(high.__getitem__, coded)), bytes(map(low.__getitem__, coded)))
    short = bytes(coded)
    return Values(*(short.translate(bytes(side).ljust(_IN_A_BYTE)) for side in (high, low)))


def _units(value: float) -> int:
    return floor(value * UNITS + _ROUNDING)
