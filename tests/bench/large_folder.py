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
    write_prompts,
)
from tests.bench.server_process import ServerProcess

FILES = 10_000
REPEATS = 7
LIMIT_SECONDS = 60.0
MOST_SECONDS = 15.0
MOST_MIB = 120.0


def measure(folder: Path) -> list[Row]:
    """Until the first lens, on a folder seen for the first time; then until all is recorded."""
    small, large = folder / "ten", folder / "ten_thousand"
    write_prompts(small, 10)
    write_prompts(large, FILES)
    for workspace in (small, large):
        _first_lens(workspace)
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
    prompt = next((folder / "prompts").rglob("step00005.md"))
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        assert server.first_lens(prompt)
        return server.milliseconds


def _record_all(folder: Path) -> list[Row]:
    shutil.rmtree(folder / ".fourfold", ignore_errors=True)
    prompt = next((folder / "prompts").rglob("step00005.md"))
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        server.first_lens(prompt)
        until = time.monotonic() + LIMIT_SECONDS
        while _recorded(folder) < FILES:
            if time.monotonic() > until:
                raise TimeoutError(f"Only {_recorded(folder)} of {FILES} files were recorded.")
            time.sleep(0.05)
        seconds = server.milliseconds / 1000
        memory = _peak_memory(server.process.pid)
        slowest = max(_waits(server, prompt))
    rows = [
        bounded("10,000 files recorded", seconds, MOST_SECONDS, "s"),
        bounded("slowest lens right after", slowest, None),
    ]
    if memory is not None:
        rows.append(bounded("memory with 10,000 files, peak", memory, MOST_MIB, "MiB"))
    return rows


def _waits(server: ServerProcess, prompt: Path) -> list[float]:
    times = []
    for _ in range(20):
        begun = server.milliseconds
        server.ask("textDocument/codeLens", {"textDocument": {"uri": prompt.as_uri()}})
        times.append(server.milliseconds - begun)
    return times


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
