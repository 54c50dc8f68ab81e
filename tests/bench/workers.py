"""A matrix whose calls four workers make, as processes, on an endpoint that answers so many a
second: how long it takes against the endpoint alone, and what memory each worker has."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.bench.harness import bounded, compared
from tests.support.postgres import running_cluster
from tests.team.matrix_of_workers import WORKERS, carried_out

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

CALLS, A_SECOND = 20_000, 100.0
WHOLE = 200_000
MEBIBYTE = 1 << 20


def measure(folder: Path) -> list[Row]:
    """From the command until its report, everything on this machine. Nothing where there is no
    PostgreSQL."""
    try:
        with running_cluster() as cluster:
            found = asyncio.run(carried_out(folder, cluster, CALLS, A_SECOND))
    except pytest.skip.Exception:
        return []
    assert found.endpoint.made.total() == CALLS
    assert [arm["passed"] for arm in found.report["arms"]] == [0, CALLS // 2]
    limit = CALLS / A_SECOND
    # What is once, as starting and the verdict in the end, is taken to grow as the calls do.
    name = f"calls through {WORKERS} workers, {A_SECOND:,.0f} a second"
    resident = list(found.resident.values())
    grown = max(one[-1] / one[len(one) // 4] for one in resident)
    most = max(map(max, resident)) / MEBIBYTE
    return [
        compared(f"{CALLS:,} {name}", found.seconds, limit, 1.25, "s"),
        compared(f"{WHOLE:,} of them, extrapolated", found.seconds * 10, limit * 10, 1.25, "s"),
        bounded("memory of a worker, peak", most, 250.0, "MiB"),
        bounded("memory of a worker, in the end / after a quarter", grown, 1.1, "×"),
    ]
