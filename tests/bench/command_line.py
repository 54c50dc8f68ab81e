"""What a command costs, against an interpreter that does nothing, or one bare call of a model."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import (
    ROOT,
    SCRIPT,
    compared,
    in_turn,
    isolated,
    processor_time,
    scripted_model,
    timed,
    write_prompts,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

REPEATS = 11


def measure(folder: Path) -> list[Row]:
    """`fourfold list` with ten prompts, for people and as JSON; `fourfold run` of one."""
    write_prompts(folder, 10)
    return [*_list(folder), *_run(folder)]


def _list(folder: Path) -> list[Row]:
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


def _run(folder: Path) -> list[Row]:
    """A whole process, with one answer, stored and all, against a bare script that asks the same
    of the same endpoint."""
    with scripted_model() as url:
        model = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "unused", "OPENAI_MODEL": "scripted"}
        run = partial(
            subprocess.run,
            env={**isolated(folder), **model},
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ours = [*SCRIPT, "run", "part000/step00001", "--input", "request=a poem", "--fresh"]
        commands = (ours, [sys.executable, str(ROOT / "tests" / "bench" / "bare_run.py")])
        measured = in_turn(REPEATS, *(partial(processor_time, partial(run, c)) for c in commands))
    medians = [statistics.median(times) for times in measured]
    name = "fourfold run, processor time / one bare call"
    return [compared(name, *medians, 1.3)] if all(medians) else []
