"""What importing each part costs, alone and with all that it imports."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import bounded, in_turn, isolated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

REPEATS = 5
PARTS = (
    "lsprotocol.types",
    "pygls.lsp.server",
    "fourfold.lsp.create",
    "fourfold.cli.main",
    "fourfold.project.project",
    "fourfold.store.sqlite.store",
    "fourfold.versions.record",
    "fourfold.prompts.formats",
    "fourfold.workflow.file.configuration",
    "fourfold.runs.runner",
    "fourfold.reports.comparison",
    "fourfold.llm.registry",
    "fourfold.llm.client",
)
_TIMED = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def measure(folder: Path) -> list[Row]:
    """Each in a fresh interpreter."""
    measured = in_turn(REPEATS, *(partial(_import, name, folder) for name in PARTS))
    return [
        bounded(f"import {name}", statistics.median(times), None)
        for name, times in zip(PARTS, measured, strict=True)
    ]


def _import(name: str, folder: Path) -> float:
    command = [sys.executable, "-c", _TIMED.format(name)]
    done = subprocess.run(command, env=isolated(folder), check=True, capture_output=True, text=True)
    return float(done.stdout) * 1000
