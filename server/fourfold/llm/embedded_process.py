"""Starting, watching and stopping the embedded model's process."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fourfold.llm.embedded_files import LABEL, WEIGHTS
from fourfold.llm.integration import ModelError

SERVER = Path(__file__).with_name("embedded_server.py")
START_TIMEOUT = 60.0
STOP_TIMEOUT = 2.0
Process: TypeAlias = subprocess.Popen[str]


@dataclass(frozen=True, slots=True)
class EmbeddedProcess:
    """A process that serves; `key` is what its clients must send, made up for each start."""

    process: Process
    base_url: str
    key: str

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    async def stop(self) -> None:
        """End it now, whatever it is generating; returns when it is gone."""
        await asyncio.to_thread(_stop, self.process)


async def start(folder: Path, *, seconds: float = START_TIMEOUT) -> EmbeddedProcess:
    """Start the process with the files in `folder`; a ModelError unless it serves in `seconds`."""
    key = secrets.token_urlsafe(24)
    order = {
        "folder": str(folder),
        "weights": str(folder / WEIGHTS),
        "alias": LABEL,
        "key": key,
    }
    process = _spawn(folder)
    try:
        async with asyncio.timeout(seconds):
            base_url = await asyncio.to_thread(_handshake, process, json.dumps(order))
    except TimeoutError:
        _stop(process)
        raise ModelError(
            f"The embedded model did not start within {seconds:g} s: close what keeps this machine"
            " busy and run it again.",
            "timed_out",
        ) from None
    except BaseException:
        _stop(process)
        raise
    return EmbeddedProcess(process, base_url, key)


def _spawn(folder: Path) -> Process:
    """The process, out of reach of Ctrl-C in the terminal: whoever started it decides its end."""
    try:
        # -I: nothing from the current folder or PYTHON… variables is imported.
        return subprocess.Popen(
            [sys.executable, "-I", str(SERVER)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ModelError(
            f"The embedded model could not be started ({error.strerror}): run it again.",
            "unreachable",
        ) from error


def _handshake(process: Process, order: str) -> str:
    """Give the process its order; the address it then serves at."""
    answer = {}
    with suppress(OSError, ValueError):
        if process.stdin is not None and process.stdout is not None:
            process.stdin.write(order + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
    if "base_url" in answer:
        return str(answer["base_url"])
    reason = answer.get("error")
    if not reason:
        with suppress(subprocess.TimeoutExpired):
            reason = f"it ended with exit code {process.wait(STOP_TIMEOUT)}"
    raise ModelError(
        f"The embedded model could not be started ({reason or 'it does not answer'}): run"
        " `fourfold model install`, which repairs it.",
        "unreachable",
    )


def _stop(process: Process) -> None:
    # It keeps nothing that an orderly end would save.
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
