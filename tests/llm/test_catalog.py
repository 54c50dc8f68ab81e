"""The default model comes from what the endpoint lists, asked once a day."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm import catalog
from fourfold.llm.configuration import ModelConfiguration
from fourfold.llm.consent import EndpointConsents
from fourfold.llm.integration import ChatRequest, ModelError
from fourfold.llm.prices import price_usd
from fourfold.llm.registry import LLMIntegrationRegistry
from fourfold.llm.retirements import DEFAULT_MODELS, ending, ends_on
from support.scripted_model import scripted_model

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fourfold.llm.integration import ResolvedModel

FIRST, SECOND, *_ = DEFAULT_MODELS
TODAY = date(2026, 11, 25)


@asynccontextmanager
async def registry(url: str, folder: Path, **models: Any) -> AsyncIterator[LLMIntegrationRegistry]:
    environment = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-test"}
    configuration = ModelConfiguration.build(models, environment, Path("config.toml"))
    made = LLMIntegrationRegistry(configuration, EndpointConsents(folder / "endpoints.json"))
    try:
        yield made
    finally:
        await made.close()


async def resolved(url: str, folder: Path) -> ResolvedModel:
    async with registry(url, folder) as made:
        return await made.resolve()


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([SECOND, FIRST, "gpt-5-mini"], FIRST),
        (["a", SECOND], SECOND),
        (["models/" + SECOND, "b"], SECOND),
        (["only"], "only"),
        ([], FIRST),
    ],
)
async def test_the_default_is_the_first_that_is_listed(
    listed: list[str], expected: str, tmp_path: Path
) -> None:
    async with scripted_model(models=listed) as model, registry(model.base_url, tmp_path) as made:
        assert (await made.resolve()).model == expected
        models, default = await made.available()
        assert (models[0].name, default) == (expected, expected)
        assert made.models()[0].name == expected


async def test_where_only_the_user_can_choose_he_is_told(tmp_path: Path) -> None:
    async with scripted_model(models=["b", "a"]) as model:
        with pytest.raises(ModelError, match="offers 2 models, and none is named") as caught:
            await resolved(model.base_url, tmp_path)
        assert caught.value.kind == "no_model"
        async with registry(model.base_url, tmp_path) as made:
            models, default = await made.available()
            assert ({one.source for one in models}, default) == ({"embedded"}, None)


async def test_it_is_asked_once_a_day_by_all_processes(tmp_path: Path) -> None:
    async with scripted_model(models=[SECOND]) as model:
        for _ in range(3):
            assert (await resolved(model.base_url, tmp_path)).model == SECOND
        assert model.listings == 1
        kept = json.loads((tmp_path / "models.json").read_text())
        day_before = datetime.now(UTC) - timedelta(days=1, minutes=1)
        kept[model.base_url]["asked"] = day_before.isoformat()
        (tmp_path / "models.json").write_text(json.dumps(kept))
        model.models = [FIRST]
        assert (await resolved(model.base_url, tmp_path)).model == FIRST
        assert model.listings == 2


async def test_many_runs_at_once_ask_once(tmp_path: Path) -> None:
    async with scripted_model(models=[SECOND]) as model, registry(model.base_url, tmp_path) as made:
        found = await asyncio.gather(*(made.resolve() for _ in range(8)))
        assert {one.model for one in found} == {SECOND}
        assert model.listings == 1


async def test_offline_what_was_listed_before_counts_however_old(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    kept = {url: {"asked": "2026-01-01T00:00:00+00:00", "models": [SECOND]}}
    (tmp_path / "models.json").write_text(json.dumps(kept))
    assert (await resolved(url, tmp_path)).model == SECOND


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"URL": 1}', '{"URL": {"asked": "x"}}'])
async def test_offline_without_a_list_it_is_the_first_of_ours(tmp_path: Path, text: str) -> None:
    url = "http://127.0.0.1:9/v1"
    (tmp_path / "models.json").write_text(text.replace("URL", url))
    assert (await resolved(url, tmp_path)).model == FIRST


async def test_an_endpoint_that_does_not_answer_holds_nothing_up_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "ANSWER_SECONDS", 0.1)
    connected = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read(100_000)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server, registry(f"http://127.0.0.1:{_port(server)}/v1", tmp_path) as made:
        assert (await made.resolve()).model == FIRST
        connected.clear()
        # It is not asked again with each run.
        assert (await made.resolve()).model == FIRST
        assert not connected.is_set()


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def test_what_is_to_be_said_of_a_model(tmp_path: Path) -> None:
    local = {"endpoint": "http://localhost:1/v1", "id": "gpt-5"}
    theirs = {"endpoint": "https://api.openai.com/v1", "id": "gpt-5"}
    async with (
        scripted_model(models=["a", "b:latest"]) as model,
        registry(model.base_url, tmp_path, local=local, theirs=theirs) as made,
    ):
        assert made.warning("gone") is None  # nothing is known yet
        await made.learn_models()
        host = model.base_url.split("/")[2]
        gone = f"{host} does not list gone: choose one of the models that it has."
        assert made.warning("gone") == gone
        for name in ("a", "b", "local", "embedded"):
            assert made.warning(name) is None
        assert "gpt-5 " in (made.warning("theirs") or "")
        assert made.warning("gone", "https://other.example/v1") is None
        assert made.warning("gpt-5", "https://mine.openai.azure.com") is None
        assert made.warning("gpt-5", "https://eu.api.openai.com/v1") is not None
        asked = (await made.resolve(requested="gone")).integration
        request = ChatRequest("gone", [{"role": "user", "content": "Hi"}])
        assert [event async for event in asked.stream(request)]
        assert made.warning("gone") is None  # since it answers all the same
        async with registry(model.base_url, tmp_path) as another:
            await another.learn_models()
            assert another.warning("gone") is None
            assert another.warning("gone too") is not None
        # OpenAI's days hold for its own endpoint, not for one that has a model of the same name.
        assert made.warning("gpt-5") == gone.replace("gone:", "gpt-5:")
        ends = {one.name: one.ends_on for one in made.models()}
        assert (ends["theirs"], ends["local"]) == (date(2026, 12, 11), None)


async def test_a_proxy_that_has_a_model_of_that_name_does_not_retire_it(tmp_path: Path) -> None:
    async with (
        scripted_model(models=["gpt-5"]) as model,
        registry(model.base_url, tmp_path) as made,
    ):
        await made.learn_models()
        assert made.warning("gpt-5") is None
        assert next((one.name, one.ends_on) for one in made.models()) == ("gpt-5", None)


@pytest.mark.parametrize(
    ("model", "end", "said"),
    [
        ("gpt-5-mini", date(2026, 12, 11), "gpt-5-mini is retired on 2026-12-11"),
        ("gpt-5-mini-2025-08-07", date(2026, 12, 11), "is retired on 2026-12-11"),
        ("gpt-4o", date(2027, 1, 14), "gpt-4o is retired on 2027-01-14"),
        ("gpt-4o-mini", None, None),
        (FIRST, None, None),
    ],
)
def test_a_model_that_ends_within_sixty_days_is_named(
    model: str, end: date | None, said: str | None
) -> None:
    assert ends_on(model) == end
    sentence = ending(model, TODAY)
    assert sentence is None if said is None else said in (sentence or "")
    if end is not None:
        assert ending(model, end - timedelta(days=61)) is None
        assert "was retired" in (ending(model, end + timedelta(days=1)) or "")


@pytest.mark.parametrize("model", DEFAULT_MODELS)
def test_no_default_has_an_end_and_each_has_a_price(model: str) -> None:
    assert ends_on(model) is None
    assert price_usd(model, 1000, 1000, "https://api.openai.com/v1") is not None


def test_the_model_that_a_snippet_writes_does_not_end() -> None:
    snippets = Path(__file__).parents[2] / "vscode-extension" / "snippets" / "prompty.json"
    (named,) = re.findall(r"id: \$\{1:([^}]*)\}", snippets.read_text(encoding="utf-8"))
    assert named == FIRST
