"""What an answer is that has ended: a whole text, a part of one, or none."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm.integration import Delta, Finish, ModelError, StreamEvent, Usage
from support.calls import ask, integration, read
from support.scripted_model import Script, raw, scripted_model, tokens

if TYPE_CHECKING:
    from support.scripted_model import Exchange

COUNTS = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def stream(*chunks: dict[str, Any]) -> Script:
    return raw(b"".join(b"data: %b\n\n" % json.dumps(one).encode() for one in chunks))


async def come(script: Script) -> tuple[str, Usage | None, Finish | None, ModelError | None]:
    """The text, the counts, the end, and what was wrong."""
    events: list[StreamEvent] = []
    error = None
    async with scripted_model(script) as model:
        stream = integration(model.base_url).stream(ask())
        try:
            while True:
                events.append(await anext(stream))
        except StopAsyncIteration:
            pass
        except ModelError as raised:
            error = raised
    text = "".join(one.text for one in events if isinstance(one, Delta))
    usage = next((one for one in events if isinstance(one, Usage)), None)
    return text, usage, next((one for one in events if isinstance(one, Finish)), None), error


@pytest.mark.parametrize(
    ("script", "text", "reason"),
    [
        (tokens("Hi"), "Hi", "stop"),
        (tokens("cut of", finish="length"), "cut of", "length"),
        (tokens("Hi", finish="eos"), "Hi", None),
        (tokens("Hi", finish=None), "Hi", None),
        (tokens(), "", "stop"),
        (
            stream(
                chunk({"content": None, "reasoning_content": "hm"}),
                chunk({"content": "Hi"}, "stop"),
            ),
            "Hi",
            "stop",
        ),
    ],
)
async def test_a_text_says_why_it_ended(script: Script, text: str, reason: str | None) -> None:
    arrived, _, end, error = await come(script)
    assert (arrived, end, error) == (text, Finish(reason), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chunks", "text", "reason", "said"),
    [
        ([chunk({"content": "I ca"}), chunk({}, "content_filter")], "I ca", "content_filter",
         "held the response back"),
        ([chunk({"refusal": "I can"}), chunk({"refusal": "not."}, "stop")], "I cannot.", "refusal",
         "refused to answer"),
        ([chunk({"tool_calls": [{"index": 0}]}), chunk({}, "tool_calls")], "", "tool_calls",
         "called a tool"),
        ([chunk({"content": "Hi", "tool_calls": [1]}), chunk({}, "tool_calls")], "Hi", "tool_calls",
         "called a tool"),
        ([chunk({"function_call": {"name": "f"}}), chunk({}, "stop")], "", "tool_calls",
         "called a tool"),
        ([chunk({"reasoning": "only thoughts"}), chunk({}, "length")], "", "length",
         "raise maxOutputTokens"),
        ([chunk({"reasoning": "only thoughts"}), chunk({}, "stop")], "", "stop", "only thought"),
    ],
)  # fmt: skip
async def test_what_is_no_text_fails_and_costs_all_the_same(
    chunks: list[dict[str, Any]], text: str, reason: str, said: str
) -> None:
    arrived, usage, end, error = await come(stream(*chunks, COUNTS))
    assert (arrived, usage, end) == (text, Usage(3, 4), Finish(reason))  # type: ignore[arg-type]
    assert error is not None
    assert error.kind == "misfit"
    assert said in str(error)


async def test_what_had_come_before_a_stream_breaks_is_counted() -> None:
    broken = {**chunk({"content": "Hi"}), "usage": COUNTS["usage"]}
    text, usage, end, error = await come(stream(broken, {"error": {"message": "overloaded"}}))
    assert (text, usage, end) == ("Hi", Usage(3, 4), Finish(None))
    assert error is not None
    assert error.kind == "server_error"


async def test_an_event_without_end_is_given_up() -> None:
    script = raw(b"data: x\n" * 1_200_000)
    _, _, _, error = await come(script)
    assert error is not None
    assert "no chat completion" in str(error)


async def test_an_error_without_end_is_read_in_part() -> None:
    async def endless(exchange: Exchange) -> None:
        exchange.head(400, {"content-type": "text/plain"})
        while not exchange.closed.is_set():
            exchange.send(b"[" * 65_536)
            await asyncio.sleep(0)

    async with scripted_model(endless) as model:
        with pytest.raises(ModelError, match="rejected the request"):
            await asyncio.wait_for(read(integration(model.base_url)), 10)
        await model.exchanges[0].until_closed()
