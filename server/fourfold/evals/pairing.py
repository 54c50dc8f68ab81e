"""Reads results in the order in which they were drawn, and sets those of two arms against each
other.

A pair is one test in one repeat. Pairs count in the drawn order, up to the first of which one side
is still to come: whatever came back first would choose among them otherwise. What is missing for
one side counts against every claim; what is missing for both says nothing, and is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any, Final

from fourfold.errors import InvalidArgumentError
from fourfold.evals.betting import UNITS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    Results = Iterable[tuple[Hashable, Hashable, Hashable, float | None]]

_OPEN: Final = object()
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
        self._scores: dict[Hashable, dict[tuple[Hashable, Hashable], float | None]] = {}
        places: dict[tuple[Hashable, Hashable], None] = {}
        for arm, test, repeat, score in results:
            place = (test, repeat)
            places[place] = None
            scores = self._scores.setdefault(arm, {})
            if scores.get(place) is not None:
                raise InvalidArgumentError(
                    "results", f"{arm!r} has two scores for repeat {repeat!r} of test {test!r}."
                )
            # written so that NaN fails as well
            if score is not None and not (isinstance(score, int | float) and 0 <= score <= 1):
                raise InvalidArgumentError(
                    "results", f"A score is a bool, a number from 0 to 1 or None, not {score!r}."
                )
            scores[place] = score
        self._columns: dict[Hashable, list[Any]] = {
            arm: [scores.get(place, _OPEN) for place in places]
            for arm, scores in self._scores.items()
        }

    @property
    def arms(self) -> list[Hashable]:
        """Each arm that has a result, in the order in which they came."""
        return list(self._scores)

    def sample(self, arm: Hashable) -> Sample:
        """All scores of one arm; without any for one that is not known yet."""
        scores = list(self._scores.get(arm, {}).values())
        counts = Counter(scores)
        missing = counts.pop(None, 0)
        runs = len(scores) - missing
        return Sample(
            _values(scores, {score: score for score in counts if score is not None}),
            missing,
            runs,
            counts[1],
            sum(score * count for score, count in counts.items() if score) / runs if runs else None,
        )

    def pairs(self, a: Hashable, b: Hashable) -> Pairs:
        """The pairs of two arms, up to the first that is open."""
        columns = zip(self._columns.get(a, ()), self._columns.get(b, ()), strict=False)
        drawn = [pair for pair in columns if pair != (_OPEN, _OPEN)]
        open_at = [drawn.index(pair) for pair in set(drawn) if _OPEN in pair]
        del drawn[min(open_at, default=len(drawn)) :]
        pairs = [pair for pair in drawn if pair != (None, None)]
        counts = Counter(pairs)
        differences = {pair: pair[1] - pair[0] for pair in counts if None not in pair}
        both = sum(counts[pair] for pair in differences)
        total = sum(difference * counts[pair] for pair, difference in differences.items())
        return Pairs(
            _values(pairs, {pair: (1 + by) / 2 for pair, by in differences.items()}),
            len(pairs) - both,
            sum(counts[pair] for pair, difference in differences.items() if difference > 0),
            sum(counts[pair] for pair, difference in differences.items() if difference < 0),
            total / both if both else 0.0,
            len(drawn),
            any(score not in (0, 1) for pair in differences for score in pair),
        )


def _values(items: Sequence[Any], known: dict[Any, float]) -> Values:
    """The values of `items`; what is not `known` is missing."""
    missing = dict.fromkeys(items, 0)
    high = missing | {item: _units(value) for item, value in known.items()}
    low = missing | {item: _units(1 - value) for item, value in known.items()}
    return Values(bytes(map(high.__getitem__, items)), bytes(map(low.__getitem__, items)))


def _units(value: float) -> int:
    return floor(value * UNITS + _ROUNDING)
