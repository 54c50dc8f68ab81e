"""A worker in a process of its own, which can be killed and sees nothing of this one.

Frames on its stdin and stdout: four bytes of length (big-endian), then JSON. The first frame that
it sends says that it is ready. `main.py` is what runs there. Of the environment it gets what
Python itself may need to start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAIN = Path(__file__).with_name("main.py")
_START_SECONDS = 30.0
_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class WorkerStartError(Exception):
    """Why the process is not there; reads on from "The process that …"."""


class WorkerProcess:
    """Runs the file `worker` with `settings`; an answer may take `seconds`."""

    def __init__(
        self, worker: Path, settings: Mapping[str, Any], seconds: float, packages: Sequence[str]
    ) -> None:
        """The worker can import `packages`. Raises WorkerStartError."""
        given = {
            "worker": str(worker),
            "paths": _import_paths(packages),
            "seconds": seconds,
            "settings": settings,
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_MAIN), json.dumps(given)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=worker.parent,
                env=bare_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise WorkerStartError(f"could not be started: {error.strerror}") from None
        # both are pipes, as asked for
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        # a thread, since a pipe cannot be waited for with a limit on every platform
        threading.Thread(target=self._read, name=worker.stem, daemon=True).start()
        if self.receive(_START_SECONDS) is None:
            self.kill()
            raise WorkerStartError("did not start: install Fourfold again")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: bytes) -> None:
        """Raises OSError when the process has ended."""
        self._stdin.write(len(request).to_bytes(4, "big") + request)
        self._stdin.flush()

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """The next answer; None when the process ended or said nothing in time."""
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._stdin.close()

    def _read(self) -> None:
        with self._stdout as stream:
            while len(header := stream.read(4)) == 4:  # noqa: PLR2004
                try:
                    answer = json.loads(stream.read(int.from_bytes(header, "big")))
                except ValueError:
                    break
                self._answers.put(answer if isinstance(answer, dict) else None)
        self._answers.put(None)


def bare_environment() -> dict[str, str]:
    """Of the environment only what Python itself may need to start."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _import_paths(names: Sequence[str]) -> list[str]:
    """The folders that hold these packages, found without importing them."""
    folders = []
    for name in names:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders.append(str(Path(spec.origin).parent.parent))
    return list(dict.fromkeys(folders))
