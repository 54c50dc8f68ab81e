"""Runs a server on stdio or a TCP connection until its client leaves."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import queue
import signal
import stat
import sys
import threading
import time
from typing import TYPE_CHECKING, BinaryIO, NoReturn, Protocol, cast

from fourfold.lsp.pygls_repairs.framing import Frames, FramingError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from fourfold.lsp.pygls_repairs.server import BaseServer

logger = logging.getLogger(__name__)

CHUNK = 1 << 16
FLUSH_SECONDS = 2.0
CANCEL_SECONDS = 1.0
ONE_BREATH_SECONDS = 1.0
OVERDUE_SECONDS = 1.0
"""How long a message may pause before it is looked at whether it is whole already."""


class Writer(Protocol):
    """Where messages go. A client that does not read them never blocks the caller."""

    def write(self, data: bytes) -> None:
        """Send `data`, after all that was written before."""

    async def close(self) -> None:
        """Wait until everything is sent."""


class Connection(asyncio.Protocol):
    """Hands the messages that arrive to the server.

    Where the next one begins can be lost, and everything after it with that: then the server says
    so, and ends with 1, so that the editor starts it anew.
    """

    def __init__(self, server: BaseServer) -> None:
        self._server = server
        self._frames = Frames()
        self._checking: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Hand every message that is complete now to the server."""
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None
        if self._server.stopped.is_set():
            return
        try:
            for body in self._frames.feed(data):
                self._server.protocol.receive(body)
        except FramingError as error:
            self._give_up(error)
        if self._frames.is_waiting:
            loop = asyncio.get_running_loop()
            self._checking = loop.call_later(OVERDUE_SECONDS, self._check)

    def _check(self) -> None:
        if self._frames.is_overdue():
            self._give_up(FramingError("a message was shorter than its Content-Length said"))

    def _give_up(self, error: FramingError) -> None:
        if not self._server.stopped.is_set():
            logger.error("%s", self._server.protocol.refuse_all(error))
            self._server.stop(1)

    def eof_received(self) -> None:
        """End the server when the client closes its side."""
        if self._frames.is_waiting:
            self._give_up(FramingError("the last one has no end"))
        self._server.protocol.in_turn(self._server.stop_at_end_of_input)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the server when the client is gone."""
        self._server.protocol.in_turn(self._server.stop_at_end_of_input)


class PipeWriter(asyncio.BaseProtocol):
    """Writes to a pipe or socket without blocking: what it does not take yet waits in memory."""

    def __init__(self, server: BaseServer) -> None:
        self._server = server
        self._transport: asyncio.WriteTransport | None = None
        self._sent = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, which is ready now."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Everything is sent, or can't be any more because the client is gone."""
        self._sent.set()
        self._server.stop_at_end_of_input()

    def write(self, data: bytes) -> None:
        """Send now what the pipe takes, and the rest as the client reads."""
        if self._transport is not None:
            self._transport.write(data)

    async def close(self) -> None:
        """Wait until everything is sent."""
        if self._transport is not None:
            self._transport.close()
            await self._sent.wait()


class ThreadWriter:
    """Writes in a thread of its own, where a file can only be written to by waiting."""

    def __init__(self, server: BaseServer, file: BinaryIO) -> None:
        self._server = server
        self._file = file
        self._loop = asyncio.get_running_loop()
        self._sent = asyncio.Event()
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="stdout", daemon=True).start()

    def _run(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                self._file.write(data)
                self._file.flush()
        except OSError:
            self._loop.call_soon_threadsafe(self._server.stop_at_end_of_input)
        self._loop.call_soon_threadsafe(self._sent.set)

    def write(self, data: bytes) -> None:
        """Leave `data` to the thread."""
        self._queue.put(data)

    async def close(self) -> None:
        """Wait until everything is sent."""
        self._queue.put(None)
        await self._sent.wait()


def _read_in_thread(file: BinaryIO, connection: Connection) -> None:
    loop = asyncio.get_running_loop()

    def run() -> None:
        try:
            while data := os.read(file.fileno(), CHUNK):
                loop.call_soon_threadsafe(connection.data_received, data)
        except OSError:
            logger.warning("stdin could not be read.")
        loop.call_soon_threadsafe(connection.eof_received)

    threading.Thread(target=run, name="stdin", daemon=True).start()


def _take_stdio() -> tuple[BinaryIO, BinaryIO]:
    """The client's ends. What else reads stdin finds its end; what prints, prints to stderr."""
    # Opened as files of their own so that Windows does not translate line ends.
    reader = open(os.dup(0), "rb", buffering=0)  # noqa: PTH123, SIM115
    writer = open(os.dup(1), "wb")  # noqa: PTH123, SIM115
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return reader, writer


def _can_wait_for(file: BinaryIO) -> bool:
    """Whether the event loop itself can wait for this file."""
    mode = os.fstat(file.fileno()).st_mode
    return sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


def serve_stdio(server: BaseServer) -> NoReturn:
    """Serve on stdin and stdout, then end the process.

    The exit code is 0 after `shutdown` or a signal, else 1.
    """
    reader, writer = _take_stdio()

    async def connect() -> Writer:
        loop = asyncio.get_running_loop()
        connection = Connection(server)
        out: Writer
        if _can_wait_for(writer):
            _, out = await loop.connect_write_pipe(lambda: PipeWriter(server), writer)
        else:
            out = ThreadWriter(server, writer)
        server.protocol.set_writer(out)  # type: ignore[arg-type]
        if _can_wait_for(reader):
            await loop.connect_read_pipe(lambda: connection, reader)
        else:
            _read_in_thread(reader, connection)
        return out

    _end(_run(server, connect))


class _SocketConnection(Connection):
    """One socket for both directions; the first client that connects gets it."""

    def __init__(self, server: BaseServer, out: PipeWriter) -> None:
        super().__init__(server)
        self._out = out
        self.listening: asyncio.Server | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out.connection_made(transport)
        if self.listening is not None:
            self.listening.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._out.connection_lost(exc)
        super().connection_lost(exc)


def serve_tcp(server: BaseServer, host: str = "127.0.0.1", port: int = 0) -> NoReturn:
    """Serve one client that connects, then end the process. Says on stderr where it listens."""

    async def connect() -> Writer:
        out = PipeWriter(server)
        server.protocol.set_writer(out)  # type: ignore[arg-type]
        connection = _SocketConnection(server, out)
        loop = asyncio.get_running_loop()
        connection.listening = await loop.create_server(lambda: connection, host, port, backlog=1)
        address = connection.listening.sockets[0].getsockname()
        print(f"Listening on {address[0]}:{address[1]}", file=sys.stderr, flush=True)
        return out

    _end(_run(server, connect))


async def _run(server: BaseServer, connect: Callable[[], Awaitable[Writer]]) -> int:
    loop = asyncio.get_running_loop()
    out = await connect()

    first: dict[int, float] = {}

    def interrupt(number: int, frame: object) -> None:
        now = time.monotonic()
        # Said twice in one breath it is one wish; said again later, it is to end at once.
        if now - first.setdefault(number, now) > ONE_BREATH_SECONDS:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        loop.call_soon_threadsafe(server.stop, 0)

    # Emacs and terminals that are closed hang up.
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupt)
    # What was imported stays; to collect first would delay the answer to `initialize` by 20 ms.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()

    await server.stopped.wait()
    server.close()
    await server.closed()
    await server.finish(server.protocol.in_progress())
    try:
        async with asyncio.timeout(FLUSH_SECONDS):
            await out.close()
    except TimeoutError:
        logger.warning("The client did not read the last messages.")
    if tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
    return server.exit_code


def _end(running: Coroutine[object, object, int]) -> NoReturn:
    """Run, and end the process even though threads may still be at work (pygls waits for them)."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    code = loop.run_until_complete(running)
    sys.stderr.flush()
    if any(not thread.daemon for thread in threading.enumerate()[1:]):
        logging.shutdown()
        os._exit(code)
    sys.exit(code)
