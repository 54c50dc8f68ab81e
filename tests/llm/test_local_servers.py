"""Models of an Ollama, LM Studio or llama.cpp that runs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fourfold.llm.configuration import ModelConfiguration
from fourfold.llm.consent import EndpointConsents
from fourfold.llm.local_servers import local_servers
from fourfold.llm.registry import LLMIntegrationRegistry
from support.calls import ask, read
from support.scripted_model import ScriptedModel, scripted_model

LISTED = ["llama3.2:latest", "nomic-embed-text", "qwen2.5-coder:7b"]


def registry(folder: Path, *, ollama: str, **environment: Any) -> LLMIntegrationRegistry:
    given = {"OLLAMA_HOST": ollama, **environment}
    configuration = ModelConfiguration.build({}, given, Path("config.toml"))
    # Only what the test runs itself is asked.
    servers = {"ollama": configuration.local["ollama"]}
    object.__setattr__(configuration, "local", servers)
    return LLMIntegrationRegistry(configuration, EndpointConsents(folder / "endpoints.json"))


def place(model: ScriptedModel) -> str:
    return model.base_url.removeprefix("http://").removesuffix("/v1")


async def test_what_runs_here_is_offered_and_answers_by_that_name(tmp_path: Path) -> None:
    async with scripted_model(models=LISTED) as model:
        made = registry(tmp_path, ollama=place(model))
        try:
            offered = await made.offered()
            assert [(one.name, one.source, one.endpoint) for one in offered] == [
                (f"local/ollama/{name}", "local", place(model)) for name in (LISTED[0], LISTED[2])
            ]
            assert not {one.name for one in made.models()} & {one.name for one in offered}
            found = await made.resolve(preferred="local/ollama/qwen2.5-coder:7b")
            assert (found.model, found.label) == (LISTED[2], "local/ollama/qwen2.5-coder:7b")
            assert (await read(found.integration, ask()))[0] == "Hello."
            assert model.requests[0].headers.get("authorization") in (None, "Bearer unused")
        finally:
            await made.close()


async def test_what_the_endpoint_in_use_lists_is_offered_too(tmp_path: Path) -> None:
    async with scripted_model(models=["b", "a", "tts-1"]) as model:
        keys = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"}
        made = registry(tmp_path, ollama="127.0.0.1:9", **keys)
        try:
            offered = await made.offered()
            assert [(one.name, one.source) for one in offered] == [
                ("a", "environment"),
                ("b", "environment"),
            ]
        finally:
            await made.close()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        (":8000", "http://127.0.0.1:8000/v1"),
        ("localhost:8000/", "http://localhost:8000/v1"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443/v1"),
        ("a b", "http://127.0.0.1:11434/v1"),
        ("models.example:11434", None),
    ],
)
def test_where_ollama_listens(host: str, expected: str | None) -> None:
    found = local_servers({"OLLAMA_HOST": host}).get("ollama")
    assert (found and found.url) == expected
    assert {"lmstudio", "llamacpp"} <= set(local_servers({}))


@pytest.mark.parametrize("name", ["ollama/llama3.2", "local/ollama", "local/other/x", "local/"])
async def test_other_names_stay_what_they_were(name: str, tmp_path: Path) -> None:
    async with scripted_model(models=["a"]) as model:
        keys = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"}
        made = registry(tmp_path, ollama="127.0.0.1:9", **keys)
        try:
            found = await made.resolve(preferred=name)
            assert (found.model, found.integration.name) == (name, "openai")
        finally:
            await made.close()
