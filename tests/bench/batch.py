"""Batches: what it takes to leave many requests with a service and to collect their answers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.bench.growth import Point
from tests.bench.harness import ROOT, Row, bounded, isolated

if TYPE_CHECKING:
    from pathlib import Path

SIZES = (2_000, 20_000, 200_000)
MOST_SECONDS, MOST_MEGABYTES = 60.0, 300.0


def measure(folder: Path) -> list[Row]:
    """The service is a process of its own, which is not counted."""
    rows = []
    for size in SIZES:
        last = size == SIZES[-1]
        took = _measured(folder / str(size), size)
        for what, key, most, unit in (
            ("processor", "seconds", MOST_SECONDS, "s"),
            ("peak", "megabytes", MOST_MEGABYTES, "MB"),
        ):
            row = bounded(
                f"batch of {size:,} lines prepared and collected, {what}",
                took[key],
                most if last else None,
                unit,
            )
            point = Point(f"batch, {what}", "lines", size, took[key], unit)
            rows.append(replace(row, point=point))
    return rows


def _measured(folder: Path, size: int) -> dict[str, float]:
    folder.mkdir()
    service = [sys.executable, str(ROOT / "tests" / "support" / "batch_services.py")]
    with subprocess.Popen(service, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["base_url"]
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.batch_process", str(size), str(folder / "w")],
                check=True,
                capture_output=True,
                cwd=ROOT,
                env={**isolated(folder), "OPENAI_BASE_URL": url, "OPENAI_MODEL": "m"},
            )
        finally:
            process.kill()
    found: dict[str, float] = json.loads(done.stdout)
    return found
