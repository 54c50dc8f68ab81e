"""How long a command takes, against an interpreter that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import SCRIPT, compared, in_turn, isolated, timed, write_prompts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

REPEATS = 11


def measure(folder: Path) -> list[Row]:
    """`fourfold list` with ten prompts, for people and as JSON."""
    write_prompts(folder, 10)
    run = partial(
        subprocess.run, env=isolated(folder), cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    commands = ([*SCRIPT, "list"], [*SCRIPT, "list", "--json"], [sys.executable, "-c", "pass"])
    *ours, nothing = in_turn(REPEATS, *(partial(timed, partial(run, c)) for c in commands))
    return [
        compared(f"{name} / python -c pass", statistics.median(times), nothing_ms, None)
        for nothing_ms in [statistics.median(nothing)]
        for name, times in zip(("fourfold list", "fourfold list --json"), ours, strict=True)
    ]
