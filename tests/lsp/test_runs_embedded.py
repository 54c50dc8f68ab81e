"""Runs on the real model that comes with Fourfold, when nothing else is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.llm import embedded_files
from lsp.support.session import session

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    embedded_files.find() is None, reason="the embedded model is not installed"
)
NO_MODEL = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}
SHORT = "---\nmodel:\n  options:\n    maxOutputTokens: 12\n---\nuser:\nName the capital of {}.\n"


async def test_all_versions_run_on_the_embedded_model(tmp_path: Path) -> None:
    async with session(
        tmp_path, prompt=SHORT.format("France"), name="capital.prompty", env=NO_MODEL
    ) as s:
        await s.save(SHORT.format("Italy"), SHORT.format("Spain"))
        runs = await s.run(versions="all")
        assert {run["model"] for run in runs} == {embedded_files.LABEL}
        await s.client.progress_end(limit=60)
        for version in (await s.versions())["versions"]:
            run = version["lastRun"]
            assert run["status"] == "succeeded"
            assert 0 < run["outputTokens"] <= 12
            assert run["inputTokens"] > 0
            assert 0 < run["firstTokenMs"] <= run["durationMs"]
        assert "tokens" in await s.result_lens()
        compared = await s.client.run("fourfold.compareVersions", uri=s.uri, versions=[1, 2, 3])
        document = await s.text(compared["uri"])
        assert "## Response of v3" in document
        assert "no response" not in document


async def test_a_run_is_cancelled_while_the_model_still_loads(tmp_path: Path) -> None:
    async with session(
        tmp_path, prompt=SHORT.format("France"), name="capital.prompty", env=NO_MODEL
    ) as s:
        (run,) = await s.run()
        await s.client.until(lambda: s.client.progress, "the progress")
        cancelled = await s.client.run("fourfold.cancelRuns", uri=s.uri)
        assert cancelled == {"cancelled": [run["id"]]}
        assert (await s.ended())["status"] == "cancelled"
        # The next one loads it anew.
        assert (await s.run_to_end())["status"] == "succeeded"
