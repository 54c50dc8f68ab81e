"""Runs a command so that it reaches nothing of the user's, as far as the system has ways to."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fourfold.steps.confinement.order import Order, Report
from fourfold.steps.processes import clean_environment, run_group
from fourfold.user.secret import is_known

if TYPE_CHECKING:
    from collections.abc import Sequence

PROCESSES = 200
FILES_SIZE = 256 << 20
"""How many processes and threads there may be, and bytes in files."""

_GRACE_SECONDS = 5.0
_PACKAGES = Path(__file__).parents[3]
_WORKER = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from fourfold.steps.confinement.worker import main; main()"
)
_MOST_LINKS = 40
_MOST_LINES = 100
_HOME_LINE = re.compile(r"^home\s*=\s*(.+?)\s*$", re.MULTILINE)

NO_NAMESPACES = (
    "This system gives the tests no namespaces of their own, so the kernel's Landlock kept your "
    "files and the network from them."
)
NO_WALLS = (
    "This system has no walls for the tests, so they could read your files and use the network."
)
KEY_NEAR = (
    "The tests were not run: this system has no way to keep them from the API key in the "
    "environment. Give the key to your editor's store instead, or run Fourfold where Linux has "
    "namespaces or Landlock."
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its `exit_code`, None where it took too long; what it could reach, in a
    sentence (`exposed`), None where nothing; why it was not run at all (`refused`)."""

    exit_code: int | None = None
    exposed: str | None = None
    refused: str | None = None


def run_confined(
    command: Sequence[str],
    base: Path,
    *,
    python: Installation,
    output: BinaryIO,
    seconds: float,
    passed: Sequence[int] = (),
    trusted: bool = False,
) -> Ended:
    """Run `command` in `base/code`, writing to `output`, for `seconds` at most; end all it started.

    It may write below `base` alone, and read the system's programs and `python`. The file
    descriptors `passed` stay open for it. What is `trusted` runs also where a key is near and there
    are no walls. Blocks.
    """
    environment = clean_environment(base / "home")
    open_allowed = trusted or not any(map(is_known, os.environ.values()))
    if sys.platform != "linux":
        if not open_allowed:
            return Ended(refused=KEY_NEAR)
        exit_code = run_group(command, base / "code", environment, output, seconds, passed)
        return Ended(exit_code, NO_WALLS)
    walls = [*walls_to_try(), *(["open"] if open_allowed else [])]
    with tempfile.TemporaryFile() as report_file:
        order = Order(
            walls=walls,
            command=list(command),
            base=str(base),
            code=str(base / "code"),
            readable=[str(path) for path in python.readable],
            listed=[str(path) for path in python.listed],
            seconds=seconds,
            processes=PROCESSES,
            size=FILES_SIZE,
            parent=os.getpid(),
            report=report_file.fileno(),
        )
        worker = [sys.executable, "-I", "-S", "-c", _WORKER, str(_PACKAGES)]
        exit_code = run_group(
            [*worker, json.dumps(asdict(order))],
            base,
            environment,
            output,
            seconds + _GRACE_SECONDS,
            [*passed, report_file.fileno()],
        )
        report_file.seek(0)
        said = report_file.read()
    report = Report(**json.loads(said)) if said else Report(walls[0], late=exit_code is None)
    if report.walls is None:
        return Ended(refused=KEY_NEAR)
    exposed = {"landlock": NO_NAMESPACES, "open": NO_WALLS}.get(report.walls)
    return Ended(None if report.late else exit_code, exposed)


def walls_to_try() -> list[str]:
    """The kinds of walls that this user may have on Linux, the best first."""
    return [*(["root"] if os.geteuid() == 0 else []), "user", "landlock"]


@dataclass(frozen=True, slots=True)
class Installation:
    """What an interpreter has to read: whole folders and files, and `listed` folders' names."""

    readable: frozenset[Path]
    listed: frozenset[Path]


def installation(python: Path, workspace: Path) -> Installation:
    """What an interpreter has to read, found without running it.

    A folder that holds the user's home is left out. Of the workspace it has what its environment
    names in a `.pth` file, but for what is hidden.
    """
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  (which raises where there is none)
    hops = [python]
    while hops[-1].is_symlink() and len(hops) < _MOST_LINKS:
        hops.append(Path(os.path.normpath(hops[-1].parent / hops[-1].readlink())))
    prefixes = [hop.parent.parent for hop in (*hops, python.resolve())]
    try:
        about = (python.parent.parent / "pyvenv.cfg").read_text("utf-8", "replace")
    except OSError:
        about = ""
    prefixes += [Path(match[1]).parent for match in _HOME_LINE.finditer(about)]
    listed = {
        folder
        for listing in python.parent.parent.glob("lib/python*/site-packages/*.pth")
        for line in listing.read_text("utf-8", "replace").splitlines()[:_MOST_LINES]
        if (folder := Path(line.strip())).is_relative_to(workspace) and folder.is_dir()
    }
    shown = {one for folder in listed for one in folder.iterdir() if not one.name.startswith(".")}
    usual = {one for one in prefixes if one.is_absolute() and not home.is_relative_to(one)}
    return Installation(frozenset(usual | shown), frozenset(listed))
