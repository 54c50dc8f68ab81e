"""What goes to an endpoint and what comes back when all is well."""

from __future__ import annotations

import asyncio

import pytest

from fourfold.llm.integration import Delta, Finish, Sent, Usage
from support.calls import KEY, ask, integration, read
from support.scripted_model import Gate, Script, raw, scripted_model, status, tokens


async def test_text_arrives_piece_by_piece_and_the_counts_last() -> None:
    gate = Gate()
    async with scripted_model(tokens("One", " two", gate=gate)) as model:
        stream = integration(model.base_url).stream(ask())
        assert await anext(stream) == Sent()
        gate.release()
        assert await anext(stream) == Delta("One")
        gate.release()
        assert [item async for item in stream] == [Delta(" two"), Usage(7, 2), Finish("stop")]


async def test_connection_is_kept_for_the_next_call() -> None:
    async with scripted_model(tokens("Hi")) as model:
        source = integration(model.base_url)
        for _ in range(3):
            assert (await read(source))[0] == "Hi"
        assert model.connections == 1


async def test_parameters_go_out_under_the_names_of_the_api() -> None:
    async with scripted_model(tokens("Hi")) as model:
        await read(
            integration(model.base_url),
            ask(
                temperature=0.2,
                max_output_tokens=9,
                top_k=3,
                stop=["."],
                seed=None,
                additional={"min_p": 0.1, "model": "other", "messages": [], "stream": False},
            ),
        )
        assert model.requests[0].json == {
            "model": "scripted",
            "messages": [{"role": "user", "content": "Hi"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.2,
            "max_tokens": 9,
            "top_k": 3,
            "stop": ["."],
            "min_p": 0.1,
        }


async def test_an_endpoint_that_rejects_stream_options_is_asked_without_them() -> None:
    refusal = status(400, "Unknown field stream_options")
    async with scripted_model(refusal, tokens("Hi"), tokens("Again")) as model:
        source = integration(model.base_url)
        assert await read(source) == ("Hi", None)
        assert await read(source) == ("Again", None)
        assert ["stream_options" in request.json for request in model.requests] == [
            True,
            False,
            False,
        ]


async def test_nothing_from_the_environment_reaches_an_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secrets = {
        "OPENAI_API_KEY": "sk-environment-1",
        "OPENAI_ADMIN_KEY": "sk-environment-2",
        "OPENAI_ORG_ID": "org-environment",
        "OPENAI_PROJECT_ID": "proj-environment",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer environment\nX-Team: environment",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    async with scripted_model(tokens("Hi")) as model:
        await read(integration(model.base_url, key=None))
        await read(integration(model.base_url, key=KEY))
        without, with_key = (request.headers for request in model.requests)
    assert "authorization" not in without
    assert with_key["authorization"] == f"Bearer {KEY}"
    assert "environment" not in str([without, with_key])
    assert set(without) == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "content-type",
        "content-length",
        "user-agent",
    }


async def test_tool_calls_beside_a_text_and_other_choices_are_passed_over() -> None:
    body = (
        b": comment\n\nevent: x\n"
        b'data: {"choices":[{"index":0,"delta":{"content":"a\xe2\x80\xa8b"}}]}\r\n\r\n'
        b'data: {"choices":[{"index":0,"delta":{"tool_calls":[{}],"content":null}},'
        b'{"index":1,"delta":{"content":"other"}}]}\n\n'
        b'data: {"choices":[{"index":0,"delta":{"refusal":null},"finish_reason":"stop"}]}\n\n'
        b"data: [DONE]\n\n"
    )
    async with scripted_model(raw(body)) as model:
        assert await read(integration(model.base_url)) == ("a\u2028b", None)


@pytest.mark.parametrize(
    "script", [tokens("Hi", done=False), tokens("Hi", finish=None)], ids=["no [DONE]", "no reason"]
)
async def test_one_sign_of_the_end_is_enough(script: Script) -> None:
    async with scripted_model(script) as model:
        assert (await read(integration(model.base_url)))[0] == "Hi"


@pytest.mark.parametrize("how", ["cancel", "aclose"])
async def test_stopping_closes_the_connection_at_once(how: str) -> None:
    gate = Gate()
    async with scripted_model(tokens("One", "two", gate=gate)) as model:
        stream = integration(model.base_url).stream(ask())
        gate.release()
        assert await anext(stream) == Sent()
        assert await anext(stream) == Delta("One")
        exchange = await model.exchange()
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        waiting.cancel()
        if how == "aclose":
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await stream.aclose()
        async with asyncio.timeout(2):
            await exchange.closed.wait()


async def test_closing_before_the_first_token_closes_the_connection_at_once() -> None:
    gate = Gate()
    async with scripted_model(tokens("One", gate=gate)) as model:
        reading = asyncio.create_task(read(integration(model.base_url)))
        exchange = await model.exchange()
        reading.cancel()
        async with asyncio.timeout(2):
            await exchange.closed.wait()


async def test_cancelling_one_of_many_leaves_the_others_alone() -> None:
    gate = Gate()
    async with scripted_model(tokens("One", "two", gate=gate)) as model:
        source = integration(model.base_url)
        readers = [asyncio.create_task(read(source)) for _ in range(3)]
        await model.exchange(2)
        readers[0].cancel()
        gate.open()
        assert [text for text, _ in await asyncio.gather(*readers[1:])] == ["Onetwo", "Onetwo"]
