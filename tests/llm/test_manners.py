"""A request that a model refuses for a parameter is put as the model wants it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import ModelError, News, Sent
from fourfold.llm.manners import KnownManners, refusal
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from support.calls import ask
from support.scripted_model import raw, scripted_model, status, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.llm.integration import LLMIntegration
    from support.scripted_model import Exchange

RENAMED = "max_tokens was sent as max_completion_tokens, as scripted wants it."
LEFT_OUT = "temperature was left out, since scripted does not take it."


async def reasoning(exchange: Exchange) -> None:
    """Refuses one thing after the other, as OpenAI's reasoning models do."""
    body = exchange.request.json
    if "max_tokens" in body:
        said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
        said += " 'max_completion_tokens' instead."
        answer = status(400, said, param="max_tokens", code="unsupported_parameter")
    elif body.get("temperature", 1) != 1:
        said = "Unsupported value: 'temperature' does not support 0.2 with this model. Only the"
        said += " default (1) value is supported."
        answer = status(400, said, param="temperature", code="unsupported_value")
    elif "top_k" in body:
        answer = status(400, "Unrecognized request argument supplied: top_k")
    else:
        answer = tokens("fine")
    await answer(exchange)


def client(url: str, folder: Path | None) -> LLMIntegration:
    known = KnownManners(folder) if folder else None
    return OpenAICompatibleIntegration("test", EndpointClient(Endpoint(url), known=known))


async def sent(source: LLMIntegration, **parameters: Any) -> Sent:
    """What was sent in the end."""
    events = [event async for event in source.stream(ask(**parameters))]
    return [event for event in events if isinstance(event, Sent)][-1]


async def test_it_is_asked_again_as_the_model_wants_it_and_that_is_remembered(
    tmp_path: Path,
) -> None:
    async with scripted_model(reasoning) as model:
        first = client(model.base_url, tmp_path)
        asked = {"max_output_tokens": 50, "temperature": 0.2, "top_k": 3, "seed": 1}
        was = await sent(first, **asked)
        assert was.parameters == {"max_completion_tokens": 50, "seed": 1}
        assert was.adjustments[:2] == (
            LEFT_OUT,
            "top_k was left out, since scripted does not take it.",
        )
        assert was.adjustments[2] == RENAMED
        assert len(model.requests) == 4

        again = await sent(first, **asked)
        assert again == was
        other = await sent(client(model.base_url, tmp_path), **asked)
        assert other == was
        assert len(model.requests) == 6
        kept = json.loads((tmp_path / "manners.json").read_text())
        assert kept == {
            model.base_url: {
                "scripted": {
                    "max_tokens": "max_completion_tokens",
                    "temperature": None,
                    "top_k": None,
                }
            }
        }


async def news(source: LLMIntegration, **parameters: Any) -> list[str]:
    """What was told to be learned."""
    told: list[str] = []
    with suppress(ModelError):
        async for event in source.stream(ask(**parameters)):
            told += event.sentences if isinstance(event, News) else ()
    return sorted(told)


async def test_each_piece_of_news_is_told_once(tmp_path: Path) -> None:
    async with scripted_model(reasoning) as model:
        source = client(model.base_url, tmp_path)
        asked = {"max_output_tokens": 5, "temperature": 0.2}
        assert await news(source, **asked) == [RENAMED, LEFT_OUT]
        assert await news(source, **asked) == []
        assert await news(client(model.base_url, tmp_path), **asked) == []


async def test_nothing_is_told_of_a_request_that_is_refused_all_the_same(tmp_path: Path) -> None:
    refused = status(400, "temperature is not supported")
    async with scripted_model(refused, refused, refused, reasoning) as model:
        source = client(model.base_url, tmp_path)
        assert await news(source, temperature=0.2) == []
        assert not (tmp_path / "manners.json").exists()
        assert await news(source, temperature=0.2) == [LEFT_OUT]


async def test_an_older_server_gets_the_older_name(tmp_path: Path) -> None:
    detail = [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra"}]
    refused = raw(
        json.dumps({"detail": detail}).encode(), code=422, content_type="application/json"
    )
    async with scripted_model(refused, tokens("Hi")) as model:
        asked = {"additional": {"max_completion_tokens": 9}}
        assert (await sent(client(model.base_url, tmp_path), **asked)).parameters == {
            "max_tokens": 9
        }


async def test_what_hangs_on_the_rest_of_the_request_is_not_remembered(tmp_path: Path) -> None:
    refused = status(400, "`temperature` and `top_p` cannot both be specified for this model.")
    async with scripted_model(refused, tokens("Hi")) as model:
        source = client(model.base_url, tmp_path)
        was = await sent(source, temperature=0.1, top_p=0.5)
        assert was.parameters == {"temperature": 0.1}
        assert (await sent(source, top_p=0.5)).parameters == {"top_p": 0.5}
        assert not (tmp_path / "manners.json").exists()


async def test_an_endpoint_with_other_manners_than_before_is_learned_anew(tmp_path: Path) -> None:
    refused = status(400, "Unrecognized request argument supplied: max_completion_tokens")
    async with scripted_model(refused, tokens("Hi")) as model:
        KnownManners(tmp_path).remember(
            model.base_url, "scripted", {"max_tokens": "max_completion_tokens"}
        )
        was = await sent(client(model.base_url, tmp_path), max_output_tokens=9)
        assert (was.parameters, was.adjustments) == ({"max_tokens": 9}, ())
        assert KnownManners(tmp_path).of(model.base_url) == {"scripted": {}}


async def test_a_service_that_refuses_everything_is_asked_a_few_times(tmp_path: Path) -> None:
    async def stubborn(exchange: Exchange) -> None:
        first = next(name for name in exchange.request.json if name not in ("model", "messages"))
        await status(400, f"Unsupported parameter: '{first}'", param=first)(exchange)

    async with scripted_model(stubborn) as model:
        with pytest.raises(ModelError, match="rejected the request"):
            await sent(client(model.base_url, tmp_path), max_output_tokens=9, temperature=1, seed=1)
        assert len(model.requests) <= 8
        assert not (tmp_path / "manners.json").exists()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([{"error": {"message": 'Unknown name "seed": Cannot find field.'}}], "seed"),
        ({"message": "property 'frequency_penalty' is unsupported"}, "frequency_penalty"),
        ({"error": {"message": "Unsupported", "param": "temperature"}}, "temperature"),
        ({"detail": [{"type": "extra_forbidden", "loc": ["body", "min_p"]}]}, "min_p"),
    ],
)
def test_services_say_it_in_ways_of_their_own(body: Any, name: str) -> None:
    sent = dict.fromkeys(["seed", "frequency_penalty", "temperature", "min_p", "max_tokens"], 1)
    assert refusal(body, sent) == (name, None, True)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Invalid 'temperature': decimal above maximum value.", "param": "temperature",
         "code": "decimal_above_max_value"},
        {"message": "max_tokens is too large: 9. This model supports at most 4.",
         "param": "max_tokens", "code": None},
        {"message": "Unsupported parameter: 'tools'", "param": "tools"},
        {"message": "Unsupported content for messages", "param": "messages"},
        {"error": "string error"},
        [{"error": {"message": "Invalid value at 'temperature'"}}],
        "text",
        None,
        ["x"],
        {"detail": [1, {"loc": 3}]},
    ],
)  # fmt: skip
def test_what_the_user_has_to_mend_is_no_such_refusal(body: Any) -> None:
    assert refusal(body, {"temperature": 3, "max_tokens": 9, "tools": []}) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "nonsense", '{"http://x": 3}', '{"http://x": {"m": 3}}']
)
def test_a_damaged_file_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "manners.json").write_text(text)
    known = KnownManners(tmp_path)
    assert known.of("http://x") == {}
    known.remember("http://x", "m", {"seed": None})
    assert known.of("http://x") == {"m": {"seed": None}}
