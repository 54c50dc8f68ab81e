"""Processes that work on what a model wrote: nothing of the user's environment, and an end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from fourfold.workers.process import bare_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_going: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()


def clean_environment(home: Path | None = None) -> dict[str, str]:
    """An environment without the user's variables; with `home`, that is where files go."""
    environment = bare_environment()
    if home is not None:
        folder = str(home)
        places = ("HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME")
        environment |= dict.fromkeys(places, folder)
        environment |= {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return environment


def run_group(
    command: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    output: BinaryIO,
    seconds: float,
    passed: Sequence[int] = (),
) -> int | None:
    """Run `command` with what it prints going to `output`; its exit code.

    None where it took longer than `seconds`. Its group is ended with it. The file descriptors
    `passed` stay open for it.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=passed,
        **_own_group(),
    )
    with _lock:
        _going.add(process)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with _lock:
            _going.discard(process)
        _end_group(process)


def end_groups() -> None:
    """Ends what `run_group` waits for in other threads, which then goes on."""
    with _lock:
        for process in _going:
            process.terminate()


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
            )
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
