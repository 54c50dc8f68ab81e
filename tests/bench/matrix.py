"""A matrix of tests, stored and graded, against its bare calls in an AsyncOpenAI loop."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from typing import TYPE_CHECKING

import httpx2
from openai import AsyncOpenAI
from tests.bench.harness import Row, compared, scripted_model

from fourfold.app.engine import open_engine
from fourfold.app.testing.making import make_matrix
from fourfold.app.testing.options import MatrixOptions
from fourfold.app.testing.texts import of_version
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS, TESTS, AT_ONCE, DELAY_S = 4, 50, 50, 0.2
REPEATS = 5
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=100)


def measure(folder: Path) -> list[Row]:
    """4 versions × 50 tests on an endpoint that takes 200 ms, 50 at once: the asking alone."""
    with scripted_model(delay_s=DELAY_S) as url:
        os.environ |= {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "unused", "OPENAI_MODEL": "m"}
        pairs = [asyncio.run(_both(folder / str(number), url)) for number in range(REPEATS + 1)][1:]
    ours, theirs = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    name = f"{VERSIONS} versions × {TESTS} tests, {AT_ONCE} at once"
    return [compared(name, ours, theirs, 1.15)]


async def _both(folder: Path, url: str) -> tuple[float, float]:
    return await _ours(folder), await _bare(url)


async def _ours(folder: Path) -> float:
    prompt = folder / "prompts" / "triage.md"
    prompt.parent.mkdir(parents=True)
    prompt.with_name("triage.tests.yaml").write_text(
        "".join(
            f"- vars: {{ticket: Ticket {number}}}\n  assert: [{{type: contains, value: word1}}]\n"
            for number in range(TESTS)
        )
    )
    project = Project(folder, WorkspaceSettings(concurrency=AT_ONCE))
    prompt.write_text("Triage {{ticket}}\n")
    [file] = project.steps.all()
    for number in range(VERSIONS):
        text = f"Triage {number}: {{{{ticket}}}}\n"
        prompt.write_text(text)
        project.save(file, text, "save")
    texts = [of_version(version) for version in project.history(file).versions]
    async with open_engine(project, on_change=_ignore, on_error=_ignore) as engine:
        matrix = await make_matrix(
            engine, file, texts, MatrixOptions(), note=_ignore, on_progress=_ignore
        )
        begun = time.perf_counter()
        report = await matrix.run()
        took = time.perf_counter() - begun
    assert report.spending.calls == VERSIONS * TESTS
    project.close()
    return took


async def _bare(url: str) -> float:
    limit = asyncio.Semaphore(AT_ONCE)
    client = httpx2.AsyncClient(limits=LIMITS, timeout=60, trust_env=False)
    async with AsyncOpenAI(api_key="unused", base_url=url, http_client=client) as bare:

        async def one(number: int) -> str:
            messages = [{"role": "user", "content": f"Triage {number}"}]
            async with limit:
                stream = await bare.chat.completions.create(
                    model="m", messages=messages, stream=True
                )
                return "".join(
                    [c.choices[0].delta.content or "" async for c in stream if c.choices]
                )

        begun = time.perf_counter()
        texts = await asyncio.gather(*(one(number) for number in range(VERSIONS * TESTS)))
        assert all(texts)
        return time.perf_counter() - begun


def _ignore(_: object) -> None: ...
