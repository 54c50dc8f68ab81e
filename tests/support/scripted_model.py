"""A small OpenAI-compatible server that answers each request as its script says.

For what a real model cannot be made to do on demand: errors, stalls, disconnects, rate limits.

    async with scripted_model(status(429, "", {"retry-after": "1"}), tokens("Hello")) as model:
        ...  # model.base_url, model.requests

Each request takes the next script; the last one answers all further requests. A script is any
coroutine function that takes an `Exchange`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

EVENT_STREAM = "text/event-stream; charset=utf-8"
JSON = "application/json"
LIMIT = 30.0


@dataclass(frozen=True)
class Request:
    """What a client sent; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Exchange:
    """One request and its answer. `closed` is set when the client's connection has gone."""

    def __init__(self, request: Request, transport: asyncio.Transport) -> None:
        self.request = request
        self.closed = asyncio.Event()
        self.finished = asyncio.Event()
        self._transport = transport

    def head(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """The status line and headers of an answer whose body comes in pieces."""
        self._write(_head(status, {"transfer-encoding": "chunked", **(headers or {})}))

    def send(self, data: bytes) -> None:
        """A piece of the body."""
        if data:
            self._write(_frame(data))

    def end(self) -> None:
        """The orderly end of the body; the connection stays open for the next request."""
        self._write(b"0\r\n\r\n")

    def drop(self) -> None:
        """Close the connection wherever the answer stands."""
        self._transport.close()

    def write(self, data: bytes) -> None:
        """Bytes as they are, framing included."""
        self._write(data)

    async def until_closed(self) -> None:
        """Wait for the client to close the connection."""
        async with asyncio.timeout(LIMIT):
            await self.closed.wait()

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)


Script = Callable[[Exchange], Awaitable[None]]


class Gate:
    """Holds a script back until the test lets it go on, one token or all."""

    def __init__(self) -> None:
        self._passes = asyncio.Semaphore(0)
        self._open = asyncio.Event()

    def release(self, count: int = 1) -> None:
        """Let `count` more tokens through."""
        for _ in range(count):
            self._passes.release()

    def open(self) -> None:
        """Let everything through from now on."""
        self._open.set()
        self._passes.release()

    async def wait(self) -> None:
        if not self._open.is_set():
            await self._passes.acquire()
            if self._open.is_set():
                self._passes.release()


def tokens(
    *texts: str,
    usage: tuple[int, int] | None = (7, 0),
    finish: str | None = "stop",
    done: bool = True,
    gate: Gate | None = None,
) -> Script:
    """Stream `texts`, one event each; with `gate`, each waits for it.

    `usage` counts input and output tokens (0: as many as texts), and is only sent to who asked
    for it with `stream_options`. `finish` and `done` None/False leave out the finish reason and
    the final [DONE].
    """
    counted = usage and (usage[0], usage[1] or len(texts))
    start = _frame(_event(_chunk({"role": "assistant", "content": ""})))
    pieces = [_frame(_event(_chunk({"content": text}))) for text in texts]
    ending = _event(_chunk({}, finish)) if finish else b""
    last = _event(_usage(*counted)) if counted else b""
    end = b"data: [DONE]\n\n" if done else b""

    async def script(exchange: Exchange) -> None:
        exchange.head(headers={"content-type": EVENT_STREAM})
        exchange.write(start)
        for piece in pieces:
            if gate is not None:
                await gate.wait()
            else:
                await asyncio.sleep(0)
            if exchange.closed.is_set():
                return
            exchange.write(piece)
        wanted = exchange.request.json.get("stream_options") or {}
        exchange.send(ending + (last if wanted.get("include_usage") else b"") + end)
        exchange.end()

    return script


def status(
    code: int, message: str = "", headers: dict[str, str] | None = None, /, **error: Any
) -> Script:
    """Answer with an HTTP error and OpenAI's error object."""
    body = json.dumps({"error": {"message": message or HTTPStatus(code).phrase, **error}}).encode()
    return raw(body, code=code, content_type=JSON, headers=headers)


def raw(
    body: bytes,
    *,
    code: int = 200,
    content_type: str = EVENT_STREAM,
    headers: dict[str, str] | None = None,
) -> Script:
    """Answer with exactly this body."""

    async def script(exchange: Exchange) -> None:
        fields = {"content-type": content_type, "content-length": str(len(body)), **(headers or {})}
        exchange.write(_head(code, fields) + body)

    return script


def html(code: int = 200) -> Script:
    """A web page where an answer should be."""
    page = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Hi</body></html>"
    return raw(page, code=code, content_type="text/html; charset=utf-8")


def half_stream(*texts: str) -> Script:
    """Stream `texts`, then drop the connection in the middle of the body."""

    async def script(exchange: Exchange) -> None:
        exchange.head(headers={"content-type": EVENT_STREAM})
        for text in texts:
            exchange.send(_event(_chunk({"content": text})))
        exchange.drop()

    return script


def error_in_stream(*texts: str, message: str) -> Script:
    """Stream `texts`, then an error object."""
    body = b"".join(_event(_chunk({"content": text})) for text in texts)
    return raw(body + _event({"error": {"message": message, "code": 500}}))


def hang() -> Script:
    """Take the request and send not one byte."""

    async def script(exchange: Exchange) -> None:
        await exchange.closed.wait()

    return script


def silence(*texts: str) -> Script:
    """Stream `texts`, then nothing more while the connection stays open."""

    async def script(exchange: Exchange) -> None:
        exchange.head(headers={"content-type": EVENT_STREAM})
        for text in texts:
            exchange.send(_event(_chunk({"content": text})))
        await exchange.closed.wait()

    return script


def drop() -> Script:
    """Close the connection without an answer."""

    async def script(exchange: Exchange) -> None:
        exchange.drop()

    return script


@dataclass
class ScriptedModel:
    """A running server. `exchanges` has one entry for each chat request so far, in order;
    `listings` counts the requests for the list of its `models`."""

    base_url: str = ""
    models: Sequence[str] = ()
    listings: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    connections: int = 0
    _scripts: list[Script] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _transports: set[asyncio.Transport] = field(default_factory=set)

    @property
    def requests(self) -> list[Request]:
        return [exchange.request for exchange in self.exchanges]

    async def exchange(self, index: int = 0) -> Exchange:
        """The exchange of request number `index`, as soon as it has come."""
        async with asyncio.timeout(LIMIT), self._arrived:
            await self._arrived.wait_for(lambda: len(self.exchanges) > index)
        return self.exchanges[index]

    def _take(self, exchange: Exchange) -> None:
        if exchange.request.path.endswith("/models"):
            self.listings += 1
            listed = {"data": [{"id": name} for name in self.models]}
            body = json.dumps(listed).encode()
            fields = {"content-type": JSON, "content-length": str(len(body))}
            exchange.write(_head(200, fields) + body)
            return
        self.exchanges.append(exchange)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        task = asyncio.create_task(self._answer(script, exchange))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, script: Script, exchange: Exchange) -> None:
        async with self._arrived:
            self._arrived.notify_all()
        await script(exchange)
        exchange.finished.set()


class _Connection(asyncio.Protocol):
    def __init__(self, model: ScriptedModel) -> None:
        self._model = model
        self._received = b""
        self._exchange: Exchange | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._model.connections += 1
        self._model._transports.add(transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while request := self._next_request():
            self._exchange = Exchange(request, self._transport)
            self._model._take(self._exchange)

    def connection_lost(self, _: Exception | None) -> None:
        self._model._transports.discard(self._transport)
        if self._exchange is not None:
            self._exchange.closed.set()

    def _next_request(self) -> Request | None:
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return None
        self._received = rest[length:]
        method, path, _ = first.split(" ", 2)
        return Request(method, path, headers, rest[:length])


@asynccontextmanager
async def scripted_model(
    *scripts: Script, port: int = 0, models: Sequence[str] = ()
) -> AsyncIterator[ScriptedModel]:
    """A server on a loopback port (0: a free one) for the time of the `async with`."""
    model = ScriptedModel(models=models, _scripts=list(scripts) or [tokens("Hello", ".")])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(model), "127.0.0.1", port, backlog=512)
    model.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.close()
        for task in list(model._tasks):
            task.cancel()
        for transport in list(model._transports):
            transport.abort()


def _head(code: int, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {code} {HTTPStatus(code).phrase}\r\n{lines}\r\n".encode("latin-1")


def _frame(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**_base(), "choices": [choice], "usage": None}


def _whole(text: str) -> bytes:
    """The answer to a request that does not want it streamed."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 7, "completion_tokens": 7, "total_tokens": 14}
    return json.dumps({**_base(), "choices": [choice], "usage": usage}).encode()


def _usage(prompt: int, completion: int) -> dict[str, Any]:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion}
    return {**_base(), "choices": [], "usage": {**counts, "total_tokens": prompt + completion}}


def _base() -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "scripted",
    }


async def _serve(port: int, count: int, delay_s: float) -> None:
    texts = [f"word{number} " for number in range(count)]
    stream, whole = tokens(*texts), raw(_whole("".join(texts)), content_type=JSON)

    async def answer(exchange: Exchange) -> None:
        if delay_s:
            await asyncio.sleep(delay_s)
        await (stream if exchange.request.json.get("stream") else whole)(exchange)

    async with scripted_model(answer, port=port) as model:
        print(json.dumps({"base_url": model.base_url}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tokens", type=int, default=50, help="tokens in each answer")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.tokens, options.delay))
