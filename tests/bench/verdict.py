"""How long the verdict takes over 20,000 results, against reading them into dicts."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import compared, in_turn, timed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

    Results = list[tuple[int, str, int, bool]]

REPEATS = 11
RESULTS = 20_000


def measure(_: Path) -> list[Row]:
    """Of two versions and of four, nearly as good as each other, which takes longest."""
    from fourfold import verdict

    rows = []
    for arms, limit in ((2, 50), (4, 100)):
        results = _drawn(arms)
        ours, reading = in_turn(
            REPEATS,
            partial(timed, partial(verdict, results)),
            partial(timed, partial(_read, results)),
        )
        name = f"verdict over {RESULTS:,} results of {arms} versions / reading them"
        row = compared(name, statistics.median(ours), statistics.median(reading), None)
        rows.append(replace(row, target=f"< {limit} ms", ok=statistics.median(ours) < limit))
    return rows


def _drawn(arms: int) -> Results:
    draw = random.Random(1)
    return [
        (arm, f"test {number % 50}", number // 50, draw.random() < 0.7 + arm / 100)
        for number in range(RESULTS // arms)
        for arm in range(arms)
    ]


def _read(results: Results) -> None:
    scores: dict[int, dict[tuple[str, int], bool]] = {}
    for arm, test, repeat, score in results:
        scores.setdefault(arm, {})[test, repeat] = score
