"""How figures grow with the amount of data, drawn on a log scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.harness import Row

_A_DECADE = 10
"""So many characters are ten times as much."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a figure came to, in its unit, for so much of something."""

    figure: str
    of: str
    size: int
    value: float
    unit: str


def drawn(rows: Iterable[Row]) -> str:
    """A bar for each point, as text, those of one figure below each other; "" without any."""
    points = [row.point for row in rows if row.point is not None]
    figures = dict.fromkeys((point.figure, point.unit) for point in points)
    parts = []
    for figure, unit in figures:
        of_figure = [point for point in points if point.figure == figure]
        least = math.floor(min(math.log10(point.value) for point in of_figure))
        lines = [f"{figure}, from 10^{least} {unit}, ten times as much each {_A_DECADE} signs"]
        for point in of_figure:
            bar = "█" * max(1, round(_A_DECADE * (math.log10(point.value) - least)))
            lines.append(f"{point.size:>11,} {point.of:<9} {bar} {_short(point.value)} {unit}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
