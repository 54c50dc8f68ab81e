"""What the benchmarks share: measuring two sides in turn, and rows of the table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.growth import Point

ROOT = Path(__file__).parents[2]
MODULE = [sys.executable, "-m", "fourfold"]
SCRIPT = [str(Path(sys.executable).with_name("fourfold"))]
MINIMAL = [sys.executable, str(Path(__file__).with_name("minimal_server.py"))]
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "TMPDIR", "LANG")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ok` is None where there is no target; `point` is its place in a
    figure that grows."""

    name: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    target: str = ""
    ok: bool | None = None
    point: Point | None = None


def compared(name: str, ours: float, theirs: float, most: float | None, unit: str = "ms") -> Row:
    """Two measurements of the same thing in the same unit; `most` bounds ours / theirs."""
    ratio = ours / theirs
    return Row(
        name,
        _figure(ours, unit),
        _figure(theirs, unit),
        f"{ratio:.2f} ×",
        "" if most is None else f"≤ {most:g} ×",
        None if most is None else ratio <= most,
    )


def bounded(name: str, ours: float, most: float | None, unit: str = "ms") -> Row:
    """A measurement without another side."""
    return Row(
        name,
        _figure(ours, unit),
        target="" if most is None else f"< {_figure(most, unit)}",
        ok=None if most is None else ours < most,
    )


def in_turn(
    repeats: int, *sides: Callable[[], float], warm_ups: int = 1
) -> tuple[list[float], ...]:
    """What each side measured, one after the other in each repeat, so that whatever else this
    machine does meets all of them alike."""
    for side in sides * warm_ups:
        side()
    measured: tuple[list[float], ...] = tuple([] for _ in sides)
    for _ in range(repeats):
        for side, values in zip(sides, measured, strict=True):
            values.append(side())
    return measured


def processor_time(work: Callable[[], object]) -> float:
    """Milliseconds of processor time of the processes that `work` starts and waits for; 0 where the
    system does not tell."""
    before = os.times()
    work()
    after = os.times()
    user = after.children_user - before.children_user
    return (user + after.children_system - before.children_system) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of all do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


@contextmanager
def scripted_model(delay_s: float = 0) -> Iterator[str]:
    """The address of an endpoint in a process of its own; each answer has fifty tokens, and comes
    after a delay."""
    program = str(ROOT / "tests" / "support" / "scripted_model.py")
    command = [sys.executable, program, "--delay", str(delay_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["base_url"]
        finally:
            process.kill()


def isolated(home: Path) -> dict[str, str]:
    """An environment whose home and configuration folders are empty, without keys, and in which
    both sides may keep their bytecode."""
    places = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **dict.fromkeys(places, str(home)), "PYTHONUTF8": "1"}


def write_prompts(folder: Path, count: int) -> list[Path]:
    """A workspace of `count` prompts of 2 KB, a hundred to a folder, each with another text."""
    paths = [
        folder / "prompts" / f"part{number // 100:03}" / f"step{number:05}.md"
        for number in range(count)
    ]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(prompt_text(number), encoding="utf-8", newline="\n")
    return paths


def prompt_text(number: int) -> str:
    """About 2 KB of Markdown, another one for each number."""
    line = "State what the user asked for, what is unclear, and what has to be true when it works."
    lines = (f"{index}. {line}\n" for index in range(1, 22))
    return f"# Requirement {number}\n\n{''.join(lines)}\nThe request: {{{{ request }}}}\n"


def _figure(value: float, unit: str) -> str:
    if unit == "ms" and value < 1:
        return f"{value * 1000:,.0f} µs"
    if unit == "ms" and value >= 100:
        return f"{value:,.0f} ms"
    return f"{value:,.1f} {unit}"
