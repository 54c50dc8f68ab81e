"""A repository of 100,000 files with a few prompts of all kinds among them."""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import time
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import MODULE, Row, bounded, compared, in_turn, isolated, timed
from tests.bench.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

FILES = 100_000
IN_FOLDER = 50
REPEATS = 7
PROMPTS = (
    "AGENTS.md",
    ".claude/commands/fix.md",
    ".github/prompts/form.prompt.md",
    "skills/pdf/SKILL.md",
    "src/chat/basic.prompty",
    "src/chat/recipe.prompt",
    "src/chat/sum.prompt.yml",
)
LIMIT_SECONDS = 60.0
MOST_SECONDS = 5.0
MOST_MS = 50.0


def measure(folder: Path) -> list[Row]:
    """Until the first lens, beside 100,000 files that are no prompts; then until all that are have
    been recorded. Half of the files are in folders that git ignores."""
    small, large = folder / "alone", folder / "among_others"
    for one in (small, large):
        for place in PROMPTS:
            _write(one / place)
    (large / ".gitignore").write_text("/generated\n", encoding="utf-8")
    for number in range(0, FILES, IN_FOLDER):
        top = "generated" if number % (2 * IN_FOLDER) else "src"
        for inner in range(IN_FOLDER):
            _write(large / top / f"part{number // IN_FOLDER:04}" / f"file{inner:02}.md")
    seconds, tree = _recorded(large)
    few, many = in_turn(REPEATS, partial(_first_lens, small), partial(_first_lens, large))
    return [
        compared(
            "first lens, among 100,000 files / alone",
            statistics.median(many),
            statistics.median(few),
            1.2,
        ),
        bounded("7 prompts among 100,000 files recorded", seconds, MOST_SECONDS, "s"),
        bounded("the tree with them, p50", tree, MOST_MS),
    ]


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"messages: [{{role: user, content: {path.name}}}]\n", encoding="utf-8")


def _first_lens(folder: Path) -> float:
    shutil.rmtree(folder / ".fourfold", ignore_errors=True)
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        assert server.first_lens(folder / PROMPTS[0])
        return server.milliseconds


def _recorded(folder: Path) -> tuple[float, float]:
    """Seconds until all prompts are recorded, and milliseconds that the tree of VS Code then waits
    for its steps."""
    shutil.rmtree(folder / ".fourfold", ignore_errors=True)
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        server.first_lens(folder / PROMPTS[0])
        until = time.monotonic() + LIMIT_SECONDS
        while (count := _count(folder)) < len(PROMPTS):
            if time.monotonic() > until:
                raise TimeoutError(f"Only {count} of {len(PROMPTS)} prompts were recorded.")
            time.sleep(0.02)
        seconds = server.milliseconds / 1000
        tree = statistics.median(
            timed(partial(server.command, "showWorkflow", uri=folder.as_uri()))
            for _ in range(REPEATS)
        )
        return seconds, tree


def _count(folder: Path) -> int:
    path = folder / ".fourfold" / "fourfold.db"
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database,
    ):
        count: int = database.execute("SELECT count(*) FROM steps").fetchone()[0]
        return count
    return 0
