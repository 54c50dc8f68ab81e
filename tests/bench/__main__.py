"""`python -m tests.bench [NAME…]` measures, prints the table and keeps it in README.md.

With names of benchmarks only those are measured, and README.md stays as it is.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from tests.bench.growth import drawn
from tests.bench.harness import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.harness import Row

BENCHMARKS = (
    "start",
    "lens",
    "save",
    "large_folder",
    "repository",
    "disk",
    "runs",
    "matrix",
    "workflow",
    "verdict",
    "grading",
    "command_line",
    "team",
    "batch",
    "team_editor",
    "workers",
    "imports",
)
COLUMNS = ("", "Fourfold", "compared with", "ratio", "target", "")
README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
GROWTH, END_OF_GROWTH = "<!-- growth -->\n", "<!-- end of growth -->\n"
MARKS = {True: "✓", False: "✗", None: ""}


def main() -> int:
    """1 where `--check` was given and a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--check", action="store_true", help="exit with 1 for a missed target")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(unknown)}, only {', '.join(BENCHMARKS)}")
    compileall.compile_dir(ROOT / "server" / "fourfold", quiet=1)
    rows = measure(options.names or BENCHMARKS)
    show(rows)
    if not options.names:
        keep(rows)
    missed = [row.name for row in rows if row.ok is False]
    return 1 if missed and options.check else 0


def measure(names: Sequence[str]) -> list[Row]:
    """The rows of these benchmarks, each measured in a folder of its own."""
    rows: list[Row] = []
    columns = (TextColumn("{task.description}"), *Progress.get_default_columns()[1:3])
    with Progress(*columns, TimeElapsedColumn(), transient=True) as progress:
        task = progress.add_task("", total=len(names))
        for name in names:
            progress.update(task, description=f"Measuring {name}")
            with tempfile.TemporaryDirectory(prefix=f"fourfold-{name}-") as folder:
                rows += import_module(f"tests.bench.{name}").measure(Path(folder).resolve())
            progress.advance(task)
    return rows


def show(rows: Sequence[Row]) -> None:
    table = Table(*COLUMNS)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        style = "red" if row.ok is False else None
        table.add_row(*_cells(row), style=style)
    Console().print(table)
    if growth := drawn(rows):
        Console().print(growth, markup=False, highlight=False)


def keep(rows: Sequence[Row]) -> None:
    """Rewrites the table in README.md, and what grows."""
    text = README.read_text(encoding="utf-8")
    if growth := drawn(rows):
        before, _, rest = text.partition(GROWTH)
        _, _, after = rest.partition(END_OF_GROWTH)
        text = f"{before}{GROWTH}```\n{growth}\n```\n{END_OF_GROWTH}{after}"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = [
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---|--:|--:|--:|--:|:-:|",
        *(f"| {' | '.join(_cells(row))} |" for row in rows),
        "",
    ]
    README.write_text(before + BEGIN + "\n".join(lines) + END + after, encoding="utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    return (row.name, row.ours, row.theirs, row.ratio, row.target, MARKS[row.ok])


if __name__ == "__main__":
    raise SystemExit(main())
