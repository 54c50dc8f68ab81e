"""Which endpoint and id a model's name leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from fourfold.llm.configuration import ModelConfiguration
from fourfold.llm.consent import EndpointConsents, consent_question
from fourfold.llm.embedded import EmbeddedIntegration
from fourfold.llm.embedded_files import LABEL
from fourfold.llm.integration import ModelError
from fourfold.llm.registry import AvailableModel, LLMIntegrationRegistry
from fourfold.llm.retirements import DEFAULT_MODELS
from support.calls import ask, read
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from fourfold.user.consent import Question

FIRST = DEFAULT_MODELS[0]
OPENAI = {"OPENAI_API_KEY": "sk-openai"}
OPENAI_URL = "https://api.openai.com/v1"
LOCAL = {"local": {"endpoint": "http://127.0.0.1:9/v1", "id": "llama", "keyEnv": "LOCAL_KEY"}}

MakeRegistry: TypeAlias = Callable[..., LLMIntegrationRegistry]


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRegistry:
    # Nothing reaches a real service.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    def make(
        models: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        installed: bool = True,
    ) -> LLMIntegrationRegistry:
        configuration = ModelConfiguration.build(
            models or {}, environment or {}, Path("config.toml")
        )
        embedded = EmbeddedIntegration(find=lambda: tmp_path if installed else None)
        consents = EndpointConsents(tmp_path / "endpoints.json")
        return LLMIntegrationRegistry(configuration, consents, embedded=embedded)

    return make


@pytest.mark.parametrize(
    ("models", "environment", "requested", "preferred", "expected"),
    [
        (LOCAL, OPENAI, "local", "big", ("local", "llama", "local")),
        (LOCAL, OPENAI, None, "local", ("local", "llama", "local")),
        (LOCAL, {}, None, "local", ("local", "llama", "local")),
        (LOCAL, OPENAI, "big", "local", ("openai", "big", "big")),
        ({}, OPENAI, None, "big", ("openai", "big", "big")),
        ({}, OPENAI, None, None, ("openai", FIRST, FIRST)),
        ({}, {**OPENAI, "OPENAI_MODEL": "m"}, None, None, ("openai", "m", "m")),
        ({}, OPENAI, "embedded", None, ("embedded", LABEL, LABEL)),
        ({}, OPENAI, LABEL, None, ("embedded", LABEL, LABEL)),
        ({}, OPENAI, None, LABEL, ("embedded", LABEL, LABEL)),
        ({}, {}, None, None, ("embedded", LABEL, LABEL)),
        ({}, {}, None, "big", ("embedded", LABEL, LABEL)),
        (LOCAL, {}, None, "big", ("embedded", LABEL, LABEL)),
    ],
)
async def test_a_name_leads_to_an_integration(
    registry: MakeRegistry,
    models: dict[str, Any],
    environment: dict[str, str],
    requested: str | None,
    preferred: str | None,
    expected: tuple[str, str, str],
) -> None:
    found = await registry(models, environment).resolve(requested=requested, preferred=preferred)
    assert (found.integration.name, found.model, found.label) == expected


async def test_an_unknown_model_is_answered_with_the_known_ones(registry: MakeRegistry) -> None:
    with pytest.raises(ModelError) as caught:
        await registry(LOCAL).resolve(requested="big")
    assert str(caught.value) == (
        f"There is no model big here: choose one of {LABEL}, local, or set OPENAI_API_KEY or add"
        " [models.big] to config.toml."
    )


async def test_with_nothing_at_all_the_three_ways_out_are_named(registry: MakeRegistry) -> None:
    for name in (None, "embedded"):
        with pytest.raises(ModelError) as caught:
            await registry(installed=False).resolve(requested=name, preferred="big")
        assert str(caught.value) == (
            "There is no model to run this on: run `fourfold model install` for the embedded one,"
            " or set OPENAI_API_KEY, or set OPENAI_BASE_URL or add [models.NAME] to config.toml."
        )


async def test_a_broken_entry_says_so_when_it_is_used(registry: MakeRegistry) -> None:
    broken = registry({"bad": {}}, {"OPENAI_BASE_URL": "nonsense"})
    with pytest.raises(ModelError, match=r"\[models.bad\]"):
        await broken.resolve(preferred="bad")
    with pytest.raises(ModelError, match="OPENAI_BASE_URL"):
        await broken.resolve(preferred="big")


async def test_integrations_are_built_once(registry: MakeRegistry) -> None:
    all_models = registry(LOCAL, OPENAI)
    for name in ("local", "big", "embedded"):
        first, second = [await all_models.resolve(requested=name) for _ in range(2)]
        assert first.integration is second.integration


async def test_a_named_models_options_are_defaults(registry: MakeRegistry) -> None:
    async with scripted_model(tokens("Hi")) as model:
        entry = {
            "endpoint": model.base_url,
            "options": {"temperature": 0.1, "max_output_tokens": 5},
        }
        found = await registry({"fast": entry}).resolve(requested="fast")
        await read(found.integration, ask(temperature=0.9))
        body = model.requests[0].json
        assert (body["temperature"], body["max_tokens"]) == (0.9, 5)


async def test_an_endpoint_from_a_file_needs_consent_and_gets_no_key(
    registry: MakeRegistry,
) -> None:
    async with scripted_model(tokens("Hi")) as model:
        asked: list[Question] = []

        async def agree(question: Question) -> bool:
            asked.append(question)
            return True

        for environment in (OPENAI, {}):
            all_models = registry(LOCAL, {**environment, "LOCAL_KEY": "sk-local"})
            if not asked:
                found = await all_models.resolve(preferred="m", endpoint=model.base_url)
                with pytest.raises(ModelError, match="have not agreed"):
                    await read(found.integration)
                assert not model.requests
            found = await all_models.resolve(
                preferred="m", endpoint=f"{model.base_url}/", ask=agree
            )
            await read(found.integration)
            await all_models.close()
        assert asked == [consent_question(model.base_url)]
        assert found.label == f"m @ {model.base_url.split('/')[2]}"
        assert all("authorization" not in request.headers for request in model.requests)


async def test_a_configured_endpoint_in_a_file_is_used_with_its_key(
    registry: MakeRegistry,
) -> None:
    async with scripted_model(tokens("Hi")) as model:
        models = {"local": {"endpoint": model.base_url, "keyEnv": "LOCAL_KEY"}}
        all_models = registry(models, {**OPENAI, "LOCAL_KEY": "sk-local"})
        found = await all_models.resolve(preferred="m", endpoint=model.base_url)
        await read(found.integration)
        assert model.requests[0].headers["authorization"] == "Bearer sk-local"
        default = await all_models.resolve(preferred=None, endpoint=OPENAI_URL)
        assert (default.integration.name, default.model) == ("openai", FIRST)
        await all_models.close()


async def test_the_users_choice_of_model_wins_over_a_files_endpoint(
    registry: MakeRegistry,
) -> None:
    found = await registry(LOCAL).resolve(requested="local", endpoint="https://evil.example")
    assert found.endpoint == "http://127.0.0.1:9/v1"


async def test_an_endpoint_without_a_model_says_what_is_missing(registry: MakeRegistry) -> None:
    with pytest.raises(ModelError, match=r"names the endpoint x\.example but no model"):
        await registry().resolve(endpoint="https://x.example/v1")


async def test_a_registered_integration_is_built_with_its_first_use(
    registry: MakeRegistry, tmp_path: Path
) -> None:
    built: list[EmbeddedIntegration] = []

    def factory() -> EmbeddedIntegration:
        built.append(EmbeddedIntegration(find=lambda: tmp_path))
        return built[-1]

    all_models = registry({}, OPENAI)
    all_models.register("ollama", factory)
    assert built == []
    for _ in range(2):
        found = await all_models.resolve(preferred="ollama/llama/3")
    assert (found.integration, found.model) == (built[0], "llama/3")
    assert (await all_models.resolve(preferred="meta/llama")).integration.name == "openai"


def test_what_there_is(registry: MakeRegistry) -> None:
    assert registry(LOCAL, OPENAI, installed=False).models() == [
        AvailableModel(FIRST, FIRST, "api.openai.com", "environment", url=OPENAI_URL),
        AvailableModel(LABEL, LABEL, None, "embedded", False),
        AvailableModel("local", "llama", "127.0.0.1:9", "config", url="http://127.0.0.1:9/v1"),
    ]
