"""A matrix whose calls four workers make, as processes, on an endpoint that answers so many a
second: how long it takes against the endpoint alone, and what memory each worker has."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.bench.growth import Point
from tests.bench.harness import bounded, compared
from tests.support.postgres import running_cluster
from tests.team.matrix_of_workers import WORKERS, carried_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.harness import Row
    from tests.team.matrix_of_workers import Outcome

SIZES, A_SECOND = (200, 2_000, 20_000), 100.0
WHOLE = 200_000
MEBIBYTE = 1 << 20


def measure(folder: Path) -> list[Row]:
    """From the command until its report, everything on this machine. Nothing where there is no
    PostgreSQL."""
    try:
        return [row for size in SIZES for row in _rows(folder / str(size), size)]
    except pytest.skip.Exception:
        return []


def _rows(folder: Path, calls: int) -> Iterator[Row]:
    with running_cluster() as cluster:
        found = asyncio.run(carried_out(folder, cluster, calls, A_SECOND))
    assert found.endpoint.made.total() == calls
    assert [arm["passed"] for arm in found.report["arms"]] == [0, calls // 2]
    limit, is_last = calls / A_SECOND, calls == SIZES[-1]
    name = f"calls through {WORKERS} workers, {A_SECOND:,.0f} a second"
    row = compared(f"{calls:,} {name}", found.seconds, limit, 1.25 if is_last else None, "s")
    yield replace(row, point=Point(name, "calls", calls, found.seconds, "s"))
    yield from _memory(found, calls, is_last=is_last)
    if is_last:
        # What is once, as starting and the verdict in the end, is taken to grow as the calls do.
        times, whole = WHOLE / calls, f"{WHOLE:,} of them, extrapolated"
        yield compared(whole, found.seconds * times, limit * times, 1.25, "s")


def _memory(found: Outcome, calls: int, *, is_last: bool) -> Iterator[Row]:
    resident = [one for one in found.resident.values() if one]
    most = max(map(max, resident)) / MEBIBYTE
    name = "memory of a worker, peak"
    row = bounded(f"{name}, {calls:,} calls", most, 250.0 if is_last else None, "MiB")
    yield replace(row, point=Point(name, "calls", calls, most, "MiB"))
    if is_last:
        grown = max(one[-1] / one[len(one) // 4] for one in resident)
        yield bounded("memory of a worker, in the end / after a quarter", grown, 1.1, "×")
