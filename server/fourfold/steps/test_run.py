"""Runs generated tests with pytest, in a folder of their own, behind walls and with limits."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fourfold.errors import FourfoldError
from fourfold.steps.confinement.confined import installation, run_confined
from fourfold.steps.responses.response_files import normalize_path
from fourfold.steps.writing import target_folder
from fourfold.text.figures import counted
from fourfold.user.secret import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
_COUNTED = ("passed", "failed")
_LONGEST_COUNTS = 1000
_MOST_TESTS = 1_000_000
_NOT_AGREED = (
    "The tests were not run, since they need the workspace's own Python in .venv: run the step "
    "again and answer yes when asked whether that may be run."
)


def run_tests(
    workspace: Path,
    folder: str | None,
    files: Sequence[Mapping[str, str]],
    may_run: Callable[[Path], bool],
) -> dict[str, Any]:
    """`{"passed", "failed", "error", "exposed", "output"}`: what pytest says about `files`.

    These are `{"path", "content"}…`, and run beside a copy of `folder`, which is below the
    workspace. `error` says why no test ran, or not all; `exposed` what they could reach that is
    the user's; else both are None. `may_run` asks the user about a Python of the workspace's own.
    Blocks for a minute at most, and for the user's answer.
    """
    python = Path(sys.executable)
    # Its own has what its code imports.
    for own in (".venv/bin/python", ".venv/Scripts/python.exe"):
        if (workspace / own).is_file():
            python = workspace / own
            if not may_run(python.parent.parent):
                return not_run(_NOT_AGREED)
    with tempfile.TemporaryDirectory(prefix="fourfold-tests-", ignore_cleanup_errors=True) as made:
        base = Path(made).resolve()
        (code := base / "code").mkdir()
        (base / "home").mkdir()
        shutil.copyfile(_WORKER, base / _WORKER.name)
        if folder is not None:
            _copy(target_folder(workspace, folder), code)
        for file in files:
            place = code / normalize_path(file["path"])
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file["content"].encode())
        return _run(python, workspace, base)


def failing_tests(value: Any) -> str | None:
    """What there is to be told of the generated tests in a processed response; None if they passed,
    or if there are none."""
    tests = value.get("tests") if isinstance(value, dict) else None
    if not isinstance(tests, dict):
        return None
    passed, failed, error = (tests.get(name) for name in ("passed", "failed", "error"))
    if not isinstance(failed, int) or not isinstance(passed, int):
        return None
    if isinstance(error, str):
        return error
    if not failed:
        return None
    return f"{counted(failed, 'generated test')} failed, {passed:,} passed."


def not_run(why: str) -> dict[str, Any]:
    """The same where no test ran, and why."""
    return {"passed": 0, "failed": 0, "error": why, "exposed": None, "output": ""}


def _run(python: Path, workspace: Path, base: Path) -> dict[str, Any]:
    counts_file = base / "counts.json"
    # Both are read through what was opened here: a test may have put a link in their place.
    with tempfile.TemporaryFile() as output, counts_file.open("w+b", buffering=0) as counts:
        by_number = sys.platform != "win32"
        limits = {
            "memory": MEMORY,
            "seconds": SECONDS,
            "file": _MAX_WRITTEN,
            "counts": counts.fileno() if by_number else str(counts_file),
        }
        worker = str(base / _WORKER.name)
        ended = run_confined(
            [str(python), "-I", worker, json.dumps(limits), str(base / "code")],
            base,
            python=installation(python, workspace),
            output=output,
            seconds=SECONDS,
            passed=[counts.fileno()] if by_number else [],
        )
        if ended.refused is not None:
            return not_run(ended.refused)
        found = _counted(counts)
        text = _tail(output).replace(f"{base / 'code'}{os.sep}", "").replace(str(base), "…")
    return {
        **(found or {"passed": 0, "failed": 0}),
        "error": _why(ended.exit_code, found is not None),
        "exposed": ended.exposed,
        "output": without_secrets(text),
    }


def _counted(counts: BinaryIO) -> dict[str, int] | None:
    """What pytest has counted, None where it never came to that. The tests can write there too."""
    counts.seek(0)
    try:
        found = json.loads(counts.read(_LONGEST_COUNTS))
        numbers = {name: min(max(0, int(found[name])), _MOST_TESTS) for name in _COUNTED}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return numbers


def _why(exit_code: int | None, counted: bool) -> str | None:
    if exit_code is None:
        return f"The tests took longer than {SECONDS:g} s and were stopped."
    if exit_code in (0, 1) and counted:
        return None
    if exit_code == _NO_PYTEST:
        return (
            "pytest is missing, so the tests were not run: install it into the workspace's .venv, "
            "or beside Fourfold."
        )
    if exit_code == _NO_TESTS:
        return "The files hold no test that pytest finds."
    if not counted:
        return "The tests ended before pytest could say how they went."
    return "pytest could not run the tests: see what it says."


def _tail(output: BinaryIO) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - 4 * MAX_OUTPUT))
    text = output.read().decode("utf-8", "replace").replace("\0", "").replace("\r\n", "\n")
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
