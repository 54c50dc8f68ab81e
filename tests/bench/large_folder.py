"""A workspace of 10,000 prompt files."""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from tests.bench.harness import (
    MODULE,
    Row,
    bounded,
    compared,
    in_turn,
    isolated,
    timed,
    write_prompts,
)
from tests.bench.server_process import ServerProcess

FILES = 10_000
REPEATS = 9
PROMPT = "prompts/part000/step00005.md"
LIMIT_SECONDS = 60.0
MOST_SECONDS = 15.0
MOST_MIB = 120.0


def measure(folder: Path) -> list[Row]:
    """Until the first lens, on a folder seen for the first time; then until all is recorded."""
    small, large = folder / "ten", folder / "ten_thousand"
    write_prompts(small, 10)
    write_prompts(large, FILES)
    few, many = in_turn(REPEATS, partial(_first_lens, small), partial(_first_lens, large))
    return [
        compared(
            "first lens, 10,000 files / 10 files",
            statistics.median(many),
            statistics.median(few),
            1.2,
        ),
        *_record_all(large),
    ]


def _first_lens(folder: Path) -> float:
    shutil.rmtree(folder / ".fourfold", ignore_errors=True)
    prompt = folder / PROMPT
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        assert server.first_lens(prompt)
        return server.milliseconds


def _record_all(folder: Path) -> list[Row]:
    shutil.rmtree(folder / ".fourfold", ignore_errors=True)
    prompt = folder / PROMPT
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        server.first_lens(prompt)
        until = time.monotonic() + LIMIT_SECONDS
        waits: list[float] = []
        while _recorded(folder) < FILES:
            if time.monotonic() > until:
                raise TimeoutError(f"Only {_recorded(folder)} of {FILES} files were recorded.")
            waits.append(timed(partial(server.command, "listVersions", uri=prompt.as_uri())))
            time.sleep(0.05)
        seconds = server.milliseconds / 1000
        memory = _peak_memory(server.process.pid)
    rows = [
        bounded("10,000 files recorded", seconds, MOST_SECONDS, "s"),
        bounded("listVersions meanwhile, p50", statistics.median(waits), None),
        bounded("listVersions meanwhile, slowest", max(waits), None),
    ]
    if memory is not None:
        rows.append(bounded("memory with 10,000 files, peak", memory, MOST_MIB, "MiB"))
    return rows


def _recorded(folder: Path) -> int:
    path = folder / ".fourfold" / "fourfold.db"
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database,
    ):
        count: int = database.execute("SELECT count(*) FROM versions").fetchone()[0]
        return count
    return 0


def _peak_memory(pid: int) -> float | None:
    """The most MiB that were resident at once; None where the system does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return None
