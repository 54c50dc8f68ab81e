"""Lines that are no longer than a terminal is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = 80


def filled(parts: Iterable[str], separator: str, *, first: str = "", others: str = "") -> str:
    """`parts` with `separator` between them, on as many lines as they need: none is broken, so a
    line is longer only where one of them is. `first` and `others` begin the lines."""
    lines: list[str] = []
    line = ""
    for part in parts:
        longer = f"{line}{separator}{part}" if line else f"{first}{part}"
        if line and len(longer) + len(separator.rstrip()) > COLUMNS:
            lines.append(f"{line}{separator.rstrip()}")
            longer = f"{others}{part}"
        line = longer
    return "\n".join([*lines, line])
