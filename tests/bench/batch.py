"""Batches: what it takes to leave many requests with a service and to collect their answers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

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
        name = f"batch of {size:,} lines prepared and collected"
        rows += [
            bounded(f"{name}, processor", took["seconds"], MOST_SECONDS if last else None, "s"),
            bounded(f"{name}, peak", took["megabytes"], MOST_MEGABYTES if last else None, "MB"),
        ]
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
