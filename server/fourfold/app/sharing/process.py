"""The process that shares a folder with its team for as long as somebody wants it: in one of its
own no database far away, and nothing that speaks with it, takes time from anybody."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fourfold.project.project import Project

LAST_SECONDS = 10.0
"""How long what has come at the end may take to go up."""


def has_joined(project: Project) -> bool:
    """Nothing is put into a folder that is not in use, so that one has joined nothing."""
    return (
        project.settings.team is not None and project.is_used and project.store.joined() is not None
    )


async def start(folder: Path, *, tells: bool) -> asyncio.subprocess.Process:
    """Begins sharing, unless another process does; it `tells` on its stderr what goes wrong."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "fourfold", "team", "sync", "--live", "--folder"),
        str(folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE if tells else asyncio.subprocess.DEVNULL,
    )


async def stop(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Has it send what waits, and ends it after so long in any case."""
    if process.stdin is not None:
        process.stdin.close()
    with suppress(TimeoutError, ProcessLookupError):
        async with asyncio.timeout(seconds):
            await process.wait()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()


@asynccontextmanager
async def shared_live(folder: Path, *, joined: bool) -> AsyncIterator[None]:
    """What happens in a folder that has `joined` a team is shared while it happens."""
    if not joined:
        yield
        return
    process = await start(folder, tells=False)
    try:
        yield
    finally:
        await stop(process, LAST_SECONDS)
