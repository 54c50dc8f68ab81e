"""The embedded model as an integration: a process that starts with the first call."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from fourfold.llm import embedded_files
from fourfold.llm.embedded_process import EmbeddedProcess, start
from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import ModelError
from fourfold.llm.openai_compatible import IDLE_TIMEOUT, EndpointClient
from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from fourfold.llm.integration import ChatRequest, StreamEvent

NAME = "embedded"
# One for each slot of the process.
CONCURRENCY = 4
# It tends to repeat itself without end, so there is always a limit; the seed makes runs repeatable.
DEFAULTS = {"max_output_tokens": 400, "temperature": 0.3, "frequency_penalty": 0.5, "seed": 4}


class EmbeddedIntegration:
    """SmolLM2-135M-Instruct on this machine; all calls share one process, started on demand.

    `find` answers the folder the model is installed in, or None; `not_installed` is the error's
    text for None.
    """

    name = NAME
    concurrency = CONCURRENCY

    def __init__(
        self,
        *,
        find: Callable[[], Path | None] = embedded_files.find,
        not_installed: str = "The embedded model is not installed: run `fourfold model install`.",
        idle_timeout: float = IDLE_TIMEOUT,
    ) -> None:
        self._find = find
        self._not_installed = not_installed
        self._idle_timeout = idle_timeout
        self._process: EmbeddedProcess | None = None
        self._client: EndpointClient | None = None
        self._starting = asyncio.Lock()

    @property
    def process_id(self) -> int | None:
        """The running process, None if there is none."""
        process = self._process
        return process.process.pid if process is not None and process.is_alive else None

    @property
    def is_installed(self) -> bool:
        return self._find() is not None

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`."""
        client = await self._started()
        async with aclosing(client.stream(request, DEFAULTS)) as items:
            async for item in items:
                yield item

    async def warm_up(self) -> None:
        """Import what a call needs, in a thread; the process itself waits for the first call."""
        await EndpointClient(Endpoint("http://127.0.0.1")).warm_up()

    async def close(self) -> None:
        """Stop the process; a later call starts another."""
        async with self._starting:
            await self._discard()

    async def _started(self) -> EndpointClient:
        async with self._starting:
            if self._client is not None and self._process is not None and self._process.is_alive:
                return self._client
            await self._discard()
            folder = self._find()
            if folder is None:
                raise ModelError(self._not_installed)
            self._process = await start(folder)
            self._client = EndpointClient(
                Endpoint(self._process.base_url, Secret(self._process.key)),
                idle_timeout=self._idle_timeout,
                who="The embedded model",
                key_advice="run it again",
            )
            return self._client

    async def _discard(self) -> None:
        client, self._client = self._client, None
        process, self._process = self._process, None
        if client is not None:
            await client.close()
        if process is not None:
            await process.stop()
