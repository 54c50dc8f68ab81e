"""A client that sends exactly what it is told, for what a well-behaved client never does."""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp.support.start import TINY, isolated
from support.forked import start

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from support.forked import Process

LIMIT = 30.0


def frame(message: Any) -> bytes:
    """A message as it goes over the stream; bytes are taken for a body."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def read_message(reader: asyncio.StreamReader) -> Any:
    """The next message of a stream."""
    length = 0
    while (line := await reader.readline()).strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(await reader.readexactly(length))


class Wire:
    """A server process; `sent` are the messages that it sent and nobody asked for."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.sent: list[Any] = []
        self._next = 0

    def send(self, method: str, params: Any = None, **more: Any) -> None:
        """Send a notification, or with `id` a request."""
        self.put({"jsonrpc": "2.0", "method": method, "params": params, **more})

    def put(self, message: Any) -> None:
        """Send any message."""
        assert self.process.stdin is not None
        self.process.stdin.write(frame(message))

    async def get(self) -> Any:
        """The next message of the server."""
        assert self.process.stdout is not None
        async with asyncio.timeout(LIMIT):
            return await read_message(self.process.stdout)

    async def answer(self, msg_id: Any) -> Any:
        """The answer to a request."""
        while (message := await self.get()).get("id", "") != msg_id or "method" in message:
            self.sent.append(message)
        return message

    async def ask(self, method: str, params: Any = None) -> Any:
        """Send a request; the whole answer."""
        self._next += 1
        self.send(method, params, id=self._next)
        return await self.answer(self._next)

    async def run(self, command: str, **argument: Any) -> Any:
        """Run a command; the whole answer."""
        params = {"command": command, "arguments": [argument]}
        return await self.ask("workspace/executeCommand", params)

    async def initialize(self, encoding: str = "utf-16", **capabilities: Any) -> Any:
        """Initialize with these capabilities; the server's answer."""
        general = {"positionEncodings": [encoding]}
        params = {"processId": None, "rootUri": None, "capabilities": {"general": general}}
        params["capabilities"] |= capabilities  # type: ignore[operator]
        answer = await self.ask("initialize", params)
        self.send("initialized", {})
        return answer["result"]

    async def ended(self) -> int:
        """Wait for the process to end; its exit code."""
        async with asyncio.timeout(LIMIT):
            return await self.process.wait()

    async def stderr(self) -> str:
        """All that the process wrote to stderr, once it has ended."""
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()


@asynccontextmanager
async def start_wire(
    command: Sequence[str] = TINY,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    **more: Any,
) -> AsyncIterator[Wire]:
    """A server process; it is killed at the end if it still runs."""
    with tempfile.TemporaryDirectory() as home:
        process = await start([*command, *arguments], env=isolated(Path(home), env), **more)
        try:
            yield Wire(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
