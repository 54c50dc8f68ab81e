"""Processes of Fourfold that need no second of processor time to start, on Linux.

Half of what the tests took was Python that imported the same libraries for the thousandth time.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERVER = Path(__file__).with_name("fork_server.py")
HARMLESS = {"PYTHONUTF8", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
"""Variables that Python reads when it starts, and that change nothing here."""


class Forked:
    """A fork, as asyncio has processes."""

    def __init__(
        self,
        pid: int,
        stdin: asyncio.StreamWriter,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        told: asyncio.StreamReader,
    ) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self.returncode: int | None = None
        self._ended = asyncio.ensure_future(self._follow(told))

    async def _follow(self, told: asyncio.StreamReader) -> int:
        self.returncode = int(await told.readline())
        return self.returncode

    async def wait(self) -> int:
        """Waits for the end; the exit code."""
        return await asyncio.shield(self._ended)

    async def communicate(self, given: bytes = b"") -> tuple[bytes, bytes]:
        """Writes standard input and waits for the end; what came on standard output and error."""
        self.stdin.write(given)
        self.stdin.close()
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process = asyncio.subprocess.Process | Forked


async def start(
    command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None, **streams: int
) -> Process:
    """Starts a program, its three streams in pipes, unless `streams` say something else: a Python
    of this environment as a fork."""
    if sys.platform != "linux" or streams or not _can_be_a_fork(command, env):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE)
        return await asyncio.create_subprocess_exec(
            *command, env=env, cwd=cwd, **{**pipes, **streams}
        )
    order = {"arguments": [*command[1:]], "env": {**env}, "cwd": str(cwd or Path.cwd())}
    (stdin, ours), (out, stdout), (err, stderr), (news, told) = (os.pipe() for _ in range(4))
    theirs = [stdin, stdout, stderr, told]
    socket.send_fds(_server()[0], [json.dumps(order).encode()], theirs)
    for descriptor in theirs:
        os.close(descriptor)
    following = await _reader(news)
    pid = int(await following.readline())
    return Forked(pid, await _writer(ours), await _reader(out), await _reader(err), following)


def _can_be_a_fork(command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Whether nothing is asked of Python itself, which a fork could not do any more."""
    script = command[1] == "-m" or command[1].endswith(".py")
    asked = {name for name in env if name.startswith("PYTHON")}
    return command[0] == sys.executable and script and asked <= HARMLESS


@cache
def _server() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The server of this process, which ends with it, and how it is told."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with theirs:
        number = theirs.fileno()
        command = [sys.executable, str(SERVER), str(number)]
        return ours, subprocess.Popen(command, pass_fds=[number], env=env, stdin=subprocess.DEVNULL)


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    file = os.fdopen(descriptor, "rb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    return reader


async def _writer(descriptor: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    file = os.fdopen(descriptor, "wb", buffering=0)
    transport, _ = await loop.connect_write_pipe(lambda: protocol, file)
    return asyncio.StreamWriter(transport, protocol, None, loop)
