"""The command line on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Workspace = Any
LIMIT = 60.0


async def on_terminal(
    workspace: Workspace,
    *arguments: str,
    answer: tuple[bytes, bytes] = (b"never asked", b""),
    **environment: str,
) -> tuple[int, str]:
    """The exit code and all that a terminal of 80 columns was sent. `answer` is a
    question, and what is typed when it appears."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    variables: Mapping[str, str] = {**os.environ, "TERM": "xterm-256color", **environment}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fourfold", *arguments),
        cwd=workspace.folder,
        env=variables,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    question, typed = answer
    loop, ended, answered = asyncio.get_running_loop(), asyncio.Event(), False

    def read() -> None:
        nonlocal written, answered
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux tells that the other side is closed
            piece = b""
        written += piece
        if not piece:
            loop.remove_reader(ours)
            ended.set()
        if question in written and not answered:
            answered = True
            os.write(ours, typed)

    loop.add_reader(ours, read)
    try:
        async with asyncio.timeout(LIMIT):
            await ended.wait()
            code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        loop.remove_reader(ours)
        os.close(ours)
    return code, written.decode()
