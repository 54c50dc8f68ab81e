"""Runs through the real OpenAI client, over a real connection."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import ResolvedModel
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from fourfold.runs.clock import SystemClock
from runs.support import LIMIT_S, Bench, idle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class StreamingEndpoint:
    """Answers each request with one word, and with the rest once the test allows it."""

    def __init__(self) -> None:
        self.url = ""
        self.go_on = asyncio.Event()
        self.closed = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        await reader.readexactly(length)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        self._send(writer, choices=[{"index": 0, "delta": {"content": "First"}}])
        gone = asyncio.create_task(reader.read())
        allowed = asyncio.create_task(self.go_on.wait())
        await asyncio.wait((gone, allowed), return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            self.closed.set()
        else:
            self._send(
                writer,
                choices=[{"index": 0, "delta": {"content": " and last"}, "finish_reason": "stop"}],
            )
            self._send(writer, choices=[], usage={"prompt_tokens": 9, "completion_tokens": 3})
            writer.write(b"data: [DONE]\n\n")
        gone.cancel()
        allowed.cancel()
        writer.close()

    @staticmethod
    def _send(writer: asyncio.StreamWriter, **fields: object) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", **fields}
        writer.write(f"data: {json.dumps(chunk)}\n\n".encode())


@asynccontextmanager
async def streaming() -> AsyncIterator[tuple[StreamingEndpoint, Bench, ResolvedModel]]:
    endpoint = StreamingEndpoint()
    server = await asyncio.start_server(endpoint.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    integration = OpenAICompatibleIntegration(
        "local", EndpointClient(Endpoint(f"http://127.0.0.1:{port}/v1"))
    )
    bench = Bench(clock=SystemClock())  # type: ignore[arg-type]
    try:
        yield endpoint, bench, ResolvedModel(integration, "m", "m")
    finally:
        await bench.runner.close()
        await integration.close()
        server.close()


async def arrived(bench: Bench, run_id: str, text: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not any(c.id == run_id and c.response == text for c in bench.changes):
            await idle()


async def test_a_response_streams_in_and_is_stored() -> None:
    async with streaming() as (endpoint, bench, model):
        [run] = await bench.start(bench.request(model=model))
        await arrived(bench, run.id, "First")
        assert bench.runner.live(run.id).status == "running"
        endpoint.go_on.set()
        [stored] = await bench.wait(run)
        assert (stored.status, stored.error) == ("succeeded", None)
        assert stored.response == "First and last"
        assert (stored.input_tokens, stored.output_tokens) == (9, 3)
        assert 0 < stored.first_token_ms <= stored.duration_ms


async def test_cancelling_closes_the_connection_at_once_and_keeps_the_text() -> None:
    async with streaming() as (endpoint, bench, model):
        [run] = await bench.start(bench.request(model=model))
        await arrived(bench, run.id, "First")
        begun = time.perf_counter()
        assert bench.runner.cancel([run.id]) == [run.id]
        async with asyncio.timeout(LIMIT_S):
            await endpoint.closed.wait()
        assert time.perf_counter() - begun < 2
        [stored] = await bench.wait(run)
        assert (stored.status, stored.response) == ("cancelled", "First")
