"""Streamed runs against the same requests in a bare AsyncOpenAI loop."""

from __future__ import annotations

import asyncio
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
from openai import AsyncOpenAI
from tests.bench.harness import Row, compared, scripted_model, write_prompts

from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import Delta, ResolvedModel
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from fourfold.llm.user_models import price
from fourfold.project.project import Project
from fourfold.runs.request import RunRequest
from fourfold.runs.runner import Runner
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from fourfold.llm.integration import ChatRequest, StreamEvent
    from fourfold.store.records import Run

RUNS = 200
AT_ONCE = 50
REPEATS = 5
FIRST_TOKENS = 60
MESSAGES = [{"role": "user", "content": "State what has to be true when it works."}]
# What Fourfold's own transport allows.
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=100)


def measure(folder: Path) -> list[Row]:
    """200 runs, 50 at once, stored and all; and what one run adds to its first token."""
    write_prompts(folder, 1)
    with scripted_model() as url:
        return asyncio.run(_measure(Project(folder, WorkspaceSettings()), url))


class _Timed(OpenAICompatibleIntegration):
    """Notes when the first token arrived."""

    first = 0.0

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        first = True
        async for item in super().stream(request):
            if first and isinstance(item, Delta):
                self.first = time.perf_counter()
                first = False
            yield item


async def _measure(project: Project, url: str) -> list[Row]:
    [file] = project.steps.all()
    with ThreadPoolExecutor(1) as thread:
        loop = asyncio.get_running_loop()

        def in_store(function: Any, *arguments: Any) -> Any:
            return loop.run_in_executor(thread, partial(function, *arguments))

        version = (await in_store(project.history, file)).current_version
        client = EndpointClient(Endpoint(url))
        integration = OpenAICompatibleIntegration("bench", client, concurrency=AT_ONCE)
        timed = _Timed("bench-one", client)
        runner = Runner(
            project.store,
            in_store,
            on_change=_ignore,
            on_error=_fail,
            price=price,
            at_once=AT_ONCE,
        )

        async def run(count: int, through: OpenAICompatibleIntegration) -> float:
            model = ResolvedModel(through, "scripted", "scripted", url)
            request = RunRequest(
                step=file.step,
                version=version.number,
                hash=version.hash,
                model=model,
                messages=MESSAGES,
                fresh=True,
            )
            begun = time.perf_counter()
            runs = await runner.start([request] * count)
            await runner.wait([run.id for run in runs])
            return begun

        async def ours() -> float:
            begun = await run(RUNS, integration)
            return time.perf_counter() - begun

        async def our_first_token() -> float:
            begun = await run(1, timed)
            return timed.first - begun

        async with AsyncOpenAI(
            api_key="unused",
            base_url=url,
            http_client=httpx2.AsyncClient(limits=LIMITS, timeout=60, trust_env=False),
        ) as bare:
            many = await _in_turn(REPEATS, ours, partial(_bare_runs, bare))
            first = await _in_turn(FIRST_TOKENS, our_first_token, partial(_bare_token, bare))
        await runner.close()
        stored = await in_store(project.store.runs_of_version, file.step, 1)
        assert all(run.status == "succeeded" for run in stored), stored[0].error
        await client.close()
        await in_store(project.close)
    return [
        compared(f"{RUNS} streamed runs, {AT_ONCE} at once", *_medians(many), 1.15),
        compared("one run, until its first token", *_medians(first), None),
    ]


async def _in_turn(repeats: int, ours: Any, theirs: Any) -> list[tuple[float, float]]:
    await ours()
    await theirs()
    return [(await ours(), await theirs()) for _ in range(repeats)]


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Of our and of their seconds, in milliseconds."""
    a, b = zip(*pairs, strict=True)
    return statistics.median(a) * 1000, statistics.median(b) * 1000


async def _bare_runs(client: AsyncOpenAI) -> float:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one() -> str:
        async with limit:
            return "".join([text async for text in _texts(client)])

    begun = time.perf_counter()
    texts = await asyncio.gather(*(one() for _ in range(RUNS)))
    assert all(texts)
    return time.perf_counter() - begun


async def _bare_token(client: AsyncOpenAI) -> float:
    begun = time.perf_counter()
    first = 0.0
    async for _ in _texts(client):
        first = first or time.perf_counter()
    return first - begun


async def _texts(client: AsyncOpenAI) -> AsyncGenerator[str, None]:
    stream = await client.chat.completions.create(  # type: ignore[call-overload]
        model="scripted",
        messages=MESSAGES,
        stream=True,
        stream_options={"include_usage": True},
    )
    async for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            yield chunk.choices[0].delta.content


def _ignore(run: Run) -> None:
    """Nobody looks."""


def _fail(error: Exception) -> None:
    raise error
