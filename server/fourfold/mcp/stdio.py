"""The server on stdin and stdout, on which nothing but the protocol goes."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Self, TextIO, cast

from mcp.server.lowlevel import NotificationOptions
from mcp.server.stdio import stdio_server

from fourfold.mcp.server import make_server
from fourfold.mcp.workspace import Workspace
from fourfold.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import anyio


async def serve_stdio(folder: Path, *, writes: bool) -> None:
    """Serves one agent until it leaves. Cancelled, it ends as well, with what is done kept."""
    settings = await asyncio.to_thread(load_settings, folder)
    async with Workspace(folder, settings) as workspace:
        server = make_server(workspace, writes=writes)
        options = server.create_initialization_options(
            NotificationOptions(prompts_changed=True, resources_changed=True)
        )
        with _own_streams() as lines:
            stdin = cast("anyio.AsyncFile[str]", lines)
            async with stdio_server(stdin=stdin) as (received, sent):
                await server.run(received, sent, options)


class _Lines:
    """The lines of a stream, for the event loop. Nobody has to wait for the next one: the thread
    that reads is left behind at the end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        threading.Thread(target=self._read, name="fourfold-mcp-stdin", daemon=True).start()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        line = await self._lines.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            with suppress(OSError):
                for line in self._file:
                    self._put(line.decode("utf-8", "replace"))
            self._put(None)

    def _put(self, line: str | None) -> None:
        self._loop.call_soon_threadsafe(self._lines.put_nowait, line)


@contextmanager
def _own_streams() -> Iterator[_Lines]:
    """The agent's lines. Meanwhile nobody else reads stdin, and the SDK may take stdout as it is;
    what others write there goes to stderr."""
    guarded, sys.stdout = sys.stdout, cast("TextIO", sys.__stdout__)
    private = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    try:
        # Not closed: the thread may wait in it.
        yield _Lines(os.fdopen(private, "rb", closefd=False))
    finally:
        sys.stdout = guarded
