"""Endpoints that fail in every way: the run says so in a sentence, and keeps what had come."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import pytest
from pygls.exceptions import JsonRpcException

from lsp.support.session import KEY, NEOVIM, VSCODE, session
from support.scripted_model import (
    drop,
    error_in_stream,
    half_stream,
    hang,
    html,
    raw,
    silence,
    status,
    tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsp.support.profiles import Profile
    from lsp.support.session import Session
    from support.scripted_model import Script

LEAKY = f"Incorrect API key provided: {KEY}"
THREE_TIMES = 3
"""A request that fails on the server's side is sent so often before the run fails."""

FAILURES: dict[str, tuple[list[Script], str, str]] = {
    "401": ([status(401, LEAKY)], "did not accept the key (401): check OPENAI_API_KEY", ""),
    "403": ([status(403, LEAKY)], "(403", ""),
    "404": ([status(404, "no such model")], "(404: no such model): check both", ""),
    "400": ([status(400, LEAKY)] * 2, "(400", ""),
    "500": ([status(500, LEAKY, {"retry-after-ms": "1"})] * THREE_TIMES, "(500", ""),
    "html": ([html()], "web page", ""),
    "half a stream": ([half_stream("half ", "told")], "middle of the response", "half told"),
    "an error in the stream": ([error_in_stream("half", message=LEAKY)], "stopped with", "half"),
    "nothing at all": ([drop()] * THREE_TIMES, "hung up without an answer", ""),
    "an empty body": ([raw(b"")], "empty answer", ""),
    "no chat completion": ([raw(b"data: {]\n\n")], "no chat completion", ""),
    "no end": ([tokens("half", finish=None, done=False)], "ended in the middle", "half"),
}


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM], ids=lambda p: p.name)
async def test_an_older_answer_is_not_taken_for_that_of_the_run_that_failed(
    tmp_path: Path, profile: Profile
) -> None:
    scripts = [tokens("Hello"), half_stream("Go", "od"), tokens("Good morning")]
    async with session(tmp_path, *scripts, profile=profile) as s:
        await s.run_to_end()
        uri = (await s.client.run("fourfold.showResponse", uri=s.uri))["uri"]
        assert await s.text(uri) == "Hello"
        ended = await s.run_to_end(fresh=True)
        text = await until_text(s, uri, lambda text: "failed" in text)
        head, arrived, mark, older = text.split("\n\n")
        assert head.startswith("> The run of ")
        assert "in the middle of the response" in head
        assert "in the middle of the response" in ended["error"]
        assert (arrived, older) == ("Good", "Hello\n")
        assert mark.startswith("Answer of ")
        assert mark.endswith(", v1:")
        await s.run_to_end(fresh=True)
        await until_text(s, uri, lambda text: text == "Good morning")


async def until_text(s: Session, uri: str, accept: Callable[[str], bool]) -> str:
    """The document's text, read with each answer of the server until it is accepted."""
    async with asyncio.timeout(30):
        while not accept(text := await s.text(uri)):
            await s.versions()
    return text


async def test_each_failure_is_told_in_a_sentence_and_the_text_is_kept(tmp_path: Path) -> None:
    scripts = [script for group, _, _ in FAILURES.values() for script in group]
    async with session(tmp_path, *scripts, tokens("well again")) as s:
        for name, (group, said, kept) in FAILURES.items():
            before = len(s.model.requests)
            ended = await s.run_to_end(fresh=True)
            assert len(s.model.requests) - before == len(group), name
            assert ended["status"] == "failed", name
            assert ended["error"].startswith("127.0.0.1:"), name
            assert said in ended["error"], (name, ended["error"])
            assert ended["error"].endswith("."), name
            document = await s.text(ended["uri"])
            assert kept in document, name
            assert KEY not in document + str(ended)
            assert await s.result_lens() == "failed"
        assert (await s.run_to_end())["status"] == "succeeded"


async def test_a_busy_endpoint_is_asked_again_when_it_says(tmp_path: Path) -> None:
    busy = status(429, "wait", {"retry-after": "1"})
    async with session(tmp_path, busy, tokens("Hello")) as s:
        began = time.monotonic()
        ended = await s.run_to_end()
        assert ended["status"] == "succeeded"
        assert time.monotonic() - began >= 1
        assert ended["durationMs"] < 1000  # the wait is not the model's
        assert len(s.model.requests) == 2


@pytest.mark.parametrize(("script", "kept"), [(hang(), ""), (silence("half"), "half")])
async def test_a_silent_endpoint_is_given_up_after_the_idle_timeout(
    tmp_path: Path, script: Script, kept: str
) -> None:
    async with session(tmp_path, script, settings={"idleTimeout": 1}) as s:
        ended = await s.run_to_end()
        assert ended["status"] == "failed"
        assert "sent nothing for 1 s" in ended["error"]
        assert 900 < ended["durationMs"] < 10_000
        assert kept in await s.text(ended["uri"])
        assert len(s.model.requests) == 1


async def test_an_endpoint_that_is_down_is_named(tmp_path: Path) -> None:
    down = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    async with session(tmp_path, env=down) as s:
        ended = await s.run_to_end()
        assert ended["status"] == "failed"
        assert ended["error"].startswith("127.0.0.1:9 ")
        assert "connection refused" in ended["error"]


async def test_one_failure_leaves_the_other_runs_alone(tmp_path: Path) -> None:
    async with session(tmp_path, status(401), tokens("Hello")) as s:
        await s.save("two\n")
        await s.run(versions="all")
        progress = await s.client.progress_end()
        assert sorted(
            version["lastRun"]["status"] for version in (await s.versions())["versions"]
        ) == ["failed", "succeeded"]
        assert "failed" in progress.messages[-1]


WITHOUT_EMBEDDED_MODEL = """
from fourfold.llm import embedded_files
embedded_files.find = lambda: None
from fourfold.__main__ import serve
serve()
"""


async def test_without_any_model_the_error_names_the_three_ways_out(tmp_path: Path) -> None:
    nothing = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}
    command = [sys.executable, "-c", WITHOUT_EMBEDDED_MODEL]
    async with session(tmp_path, env=nothing, command=command) as s:
        with pytest.raises(JsonRpcException) as caught:
            await s.run()
        for way in ("fourfold model install", "OPENAI_API_KEY", "OPENAI_BASE_URL", "config.toml"):
            assert way in caught.value.message
        assert (await s.versions())["versions"][0]["runs"] == 0
