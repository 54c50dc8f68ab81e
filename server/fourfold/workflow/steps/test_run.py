"""Runs generated tests with pytest, in a folder and a process of their own, with limits."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.workflow.responses.files import normalize_path
from fourfold.workflow.steps.files import target_folder
from fourfold.workflow.steps.processes import clean_environment, run_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 60.0
MEMORY = 2 << 30
MAX_OUTPUT = 10_000
"""Characters kept of what pytest prints, from its end."""

_MAX_WRITTEN = 50_000_000
_MAX_COPIED_FILES = 5_000
_MAX_COPIED_BYTES = 50_000_000
_NOT_COPIED = {"__pycache__", "node_modules", "site-packages"}
_NO_TESTS = 5
_NO_PYTEST = 70
_WORKER = Path(__file__).with_name("pytest_worker.py")


def run_tests(
    workspace: Path, folder: str | None, files: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """`{"passed", "failed", "error", "output"}`: what pytest says about `files`.

    These are `{"path", "content"}…`, and run beside a copy of `folder`, which is below the
    workspace. `error` says why no test ran, or not all; else it is None. Blocks for a minute at
    most.
    """
    with tempfile.TemporaryDirectory(prefix="fourfold-tests-", ignore_cleanup_errors=True) as made:
        base = Path(made).resolve()
        (code := base / "code").mkdir()
        (home := base / "home").mkdir()
        if folder is not None:
            _copy(target_folder(workspace, folder), code)
        for file in files:
            place = code / normalize_path(file["path"])
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file["content"].encode())
        return _run(workspace, base, code, home)


def _run(workspace: Path, base: Path, code: Path, home: Path) -> dict[str, Any]:
    output, counts = base / "output.txt", base / "counts.json"
    limits = {"memory": MEMORY, "seconds": SECONDS, "file": _MAX_WRITTEN, "counts": str(counts)}
    command = [_python(workspace), "-I", str(_WORKER), json.dumps(limits), str(code)]
    exit_code = run_group(command, code, clean_environment(home), output, SECONDS)
    return {
        **_counted(counts),
        "error": _why(exit_code, counts),
        "output": _tail(output).replace(f"{code}{os.sep}", "").replace(str(base), "…"),
    }


def _python(workspace: Path) -> str:
    """The workspace's own Python, which has what its code imports, else Fourfold's."""
    for place in (".venv/bin/python", ".venv/Scripts/python.exe"):
        if (workspace / place).is_file():
            return str(workspace / place)
    return sys.executable


def _counted(counts: Path) -> dict[str, int]:
    try:
        found = json.loads(counts.read_text("utf-8"))
        return {"passed": int(found["passed"]), "failed": int(found["failed"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"passed": 0, "failed": 0}


def _why(exit_code: int | None, counts: Path) -> str | None:
    if exit_code is None:
        return f"The tests took longer than {SECONDS:g} s and were stopped."
    if exit_code in (0, 1):
        return None
    if exit_code == _NO_PYTEST:
        return (
            "pytest is missing, so the tests were not run: install it into the workspace's .venv, "
            "or beside Fourfold."
        )
    if exit_code == _NO_TESTS:
        return "The files hold no test that pytest finds."
    if not counts.exists():
        return "The tests ended before pytest could say how they went."
    return "pytest could not run the tests: see what it says."


def _tail(output: Path) -> str:
    with output.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 4 * MAX_OUTPUT))
        text = file.read().decode("utf-8", "replace").replace("\0", "").replace("\r\n", "\n")
    return text if len(text) <= MAX_OUTPUT else f"…{text[-MAX_OUTPUT:]}"


def _copy(source: Path, target: Path) -> None:
    """The files below `source`, no links and nothing hidden, as many as fit."""
    files, size = 0, 0
    for folder, names, found in os.walk(source):
        names[:] = [it for it in names if it not in _NOT_COPIED and not it.startswith(".")]
        names[:] = [it for it in names if not (Path(folder) / it).is_symlink()]
        place = target / Path(folder).relative_to(source)
        place.mkdir(parents=True, exist_ok=True)
        for name in found:
            file = Path(folder) / name
            if file.is_symlink() or not file.is_file():
                continue
            files, size = files + 1, size + file.stat().st_size
            if files > _MAX_COPIED_FILES or size > _MAX_COPIED_BYTES:
                raise FourfoldError(
                    f"{source.name} is too large to be copied for the tests: name a smaller folder."
                )
            shutil.copyfile(file, place / name)
