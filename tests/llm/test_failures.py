"""Each way an endpoint can fail, and the sentence about it."""

from __future__ import annotations

import logging
import socket
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm.integration import Delta, LLMIntegration, ModelError
from support.calls import KEY, ask, integration, read
from support.scripted_model import (
    Script,
    drop,
    error_in_stream,
    half_stream,
    hang,
    html,
    raw,
    scripted_model,
    silence,
    status,
    tokens,
)

if TYPE_CHECKING:
    from fourfold.errors import ErrorKind

JSON = "application/json"
NO_RETRY = {"x-should-retry": "false"}


async def failure(script: Script, **options: Any) -> tuple[str, str, ErrorKind]:
    """What had arrived, and the error's text with HOST for the host, and its kind."""
    text = ""

    async def collect(source: LLMIntegration) -> None:
        nonlocal text
        async for item in source.stream(ask()):
            if isinstance(item, Delta):
                text += item.text

    async with scripted_model(script) as model:
        with pytest.raises(ModelError) as caught:
            await collect(integration(model.base_url, **options))
        host = model.base_url.split("/")[2]
        message = str(caught.value)
        assert message.startswith(host)
        return text, message.replace(host, "HOST"), caught.value.kind


@pytest.mark.parametrize(
    ("script", "expected", "kind"),
    [
        (
            tokens(finish="length"),
            "HOST used up its limit of tokens before it began to answer: raise maxOutputTokens in"
            " the prompt's options.",
            "misfit",
        ),
        (
            status(401, "Wrong key"),
            "HOST did not accept the key (401): check THE_KEY.",
            "unauthorized",
        ),
        (
            status(403, "Not in your region"),
            "HOST does not allow scripted with this key (403: Not in your region): choose another"
            " model, or check THE_KEY.",
            "forbidden",
        ),
        (
            status(404, "The model `x` does not exist."),
            "HOST does not know the model scripted, or its address is wrong (404: The model `x`"
            " does not exist): check both.",
            "not_found",
        ),
        (
            html(404),
            "HOST does not know the model scripted, or its address is wrong (404): check both.",
            "not_found",
        ),
        (
            status(429, "Slow down.", {"retry-after": "600"}),
            "HOST has had too many requests (429: Slow down): wait 600 s, then run again.",
            "rate_limited",
        ),
        (
            status(429, "No credit", NO_RETRY, code="insufficient_quota"),
            "HOST has no quota left for this key (429: No credit): check its plan and billing.",
            "rate_limited",
        ),
        (
            status(500, "Oops", NO_RETRY),
            "HOST failed on its side (500: Oops): run it again in a moment.",
            "server_error",
        ),
        (
            html(200),
            "HOST answered with a web page: check the endpoint's address, which often ends in /v1.",
            "not_found",
        ),
        (
            status(400, "Unsupported parameter: 'temperature'.", NO_RETRY),
            "HOST rejected the request (400: Unsupported parameter: 'temperature'): change the"
            " prompt's options or its model.",
            "bad_request",
        ),
        (
            status(400, "Too long", code="context_length_exceeded"),
            "HOST cannot take a prompt this long (400: Too long): shorten it or choose a model"
            " with a larger context.",
            "bad_request",
        ),
        (
            raw(b"", code=307, headers={"location": "http://127.0.0.1:9/"}),
            "HOST wants to redirect to another address (307), which is never followed: put the"
            " final address into the endpoint.",
            "not_found",
        ),
        (
            raw(b""),
            "HOST sent an empty answer: run it again, or check the address.",
            "server_error",
        ),
        (
            raw(b"", content_type=JSON),
            "HOST sent an empty answer: run it again, or check the address.",
            "server_error",
        ),
        (
            raw(b"data: {nonsense\n\n"),
            "HOST sent something that is no chat completion: check the endpoint's address.",
            "server_error",
        ),
        (
            raw(b"data: \xff\xfe\n\n"),
            "HOST sent something that is no chat completion: check the endpoint's address.",
            "server_error",
        ),
        (
            raw(b'data: "text"\n\n'),
            "HOST sent something that is no chat completion: check the endpoint's address.",
            "server_error",
        ),
        (
            raw(b'{"error": "model is loading"}', content_type=JSON),
            "HOST stopped with an error: model is loading; run it again.",
            "server_error",
        ),
        (
            raw(b'{"choices": []}', content_type=JSON),
            "HOST does not stream its answers: choose an endpoint that does.",
            "bad_request",
        ),
        (
            tokens(finish="content_filter"),
            "HOST held the response back in its content filter: change the prompt.",
            "misfit",
        ),
    ],
)
async def test_a_refused_call_says_why_and_what_to_do(
    script: Script, expected: str, kind: ErrorKind
) -> None:
    assert await failure(script) == ("", expected, kind)


@pytest.mark.parametrize(
    ("script", "expected", "kind"),
    [
        (
            half_stream("One"),
            "HOST broke off in the middle of the response: run it again.",
            "unreachable",
        ),
        (
            tokens("One", finish=None, done=False),
            "HOST ended in the middle of the response: run it again.",
            "server_error",
        ),
        (
            error_in_stream("One", message="Engine overloaded."),
            "HOST stopped with an error: Engine overloaded; run it again.",
            "server_error",
        ),
        (
            silence("One"),
            "HOST sent nothing for 0.1 s, so the run was stopped: run it again, or choose a faster"
            " model.",
            "timed_out",
        ),
    ],
)
async def test_what_arrived_before_a_failure_is_kept(
    script: Script, expected: str, kind: ErrorKind
) -> None:
    assert await failure(script, idle=0.1) == ("One", expected, kind)


async def test_silence_before_the_first_token_is_not_asked_again() -> None:
    async with scripted_model(hang()) as model:
        with pytest.raises(ModelError, match=r"sent nothing for 0.1 s"):
            await read(integration(model.base_url, idle=0.1))
        await model.exchanges[0].until_closed()
        assert len(model.requests) == 1


async def test_an_endpoint_that_is_down() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ModelError) as caught:
        await read(integration(f"http://{host}/v1"))
    assert str(caught.value) == (
        f"{host} could not be reached (connection refused): check that it runs, and its address."
    )


@pytest.mark.parametrize(
    "first",
    [status(429, "", {"retry-after-ms": "1"}), status(503, "", {"retry-after-ms": "1"})],
)
async def test_a_passing_failure_is_retried(first: Script) -> None:
    async with scripted_model(first, tokens("Hi")) as model:
        assert (await read(integration(model.base_url)))[0] == "Hi"
        assert len(model.requests) == 2


async def test_a_connection_closed_without_an_answer_is_retried() -> None:
    async with scripted_model(drop(), tokens("Hi")) as model:
        assert (await read(integration(model.base_url)))[0] == "Hi"


async def test_no_key_configured_for_an_endpoint_that_wants_one() -> None:
    _, message, _ = await failure(status(401), key=None)
    assert message == (
        "HOST wants a key, and there is none (401): name the variable that holds it as `keyEnv` in"
        " config.toml."
    )


@pytest.mark.parametrize("code", [400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("key", [KEY, "plain text with ümläut".encode().hex()])
async def test_the_key_never_shows(code: int, key: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = status(code, f"bad key {key} in {'x' * 280}{key}", NO_RETRY)
    async with scripted_model(echo) as model:
        source = integration(model.base_url, key=key)
        with pytest.raises(ModelError) as caught:
            await read(source)
    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, repr(caught.value), repr(source), caplog.text, str(vars(source))):
        assert key not in text
        assert key[:-4] not in text


async def test_a_key_in_the_stream_never_shows() -> None:
    _, message, _ = await failure(error_in_stream(message=f"key {KEY} expired"))
    assert message == "HOST stopped with an error: key ••• expired; run it again."


async def test_a_key_that_cannot_be_sent() -> None:
    with pytest.raises(ModelError, match="copy it again into THE_KEY") as caught:
        await read(integration("http://127.0.0.1:9/v1", key="sk-ключ"))
    assert "ключ" not in str(caught.value)
