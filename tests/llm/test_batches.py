"""What goes to a batch service, and what its lines mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm.batches.anthropic_messages import AnthropicBatches, sign
from fourfold.llm.batches.openai_files import OpenAIBatches
from fourfold.llm.batches.wire import Wire
from fourfold.llm.endpoints import Endpoint
from fourfold.llm.integration import Delta, Finish, ModelError, Usage
from fourfold.llm.openai_compatible import EndpointClient, OpenAICompatibleIntegration
from fourfold.user.secret import Secret
from support.batch_services import batch_service

if TYPE_CHECKING:
    from fourfold.llm.batches.service import BatchService

KEY = Secret("sk-ant-0123456789abcdef")
NAME = "0" * 32
MESSAGES = [
    {"role": "system", "content": "Be short."},
    {"role": "developer", "content": "Be kind."},
    {"role": "user", "content": "Hello"},
]


def claude(url: str = "https://api.anthropic.com/v1", **options: Any) -> BatchService:
    client = EndpointClient(Endpoint(url, KEY))
    return OpenAICompatibleIntegration("claude", client, options=options).batches("claude-x")


def test_anthropic_is_asked_in_its_own_words() -> None:
    service = claude(temperature=0.5)
    assert isinstance(service, AnthropicBatches)
    written = json.loads(service.line(NAME, MESSAGES, {"seed": 7, "stop": ["END"], "top_k": 3}))
    assert written == {
        "custom_id": NAME,
        "params": {
            "model": "claude-x",
            "system": "Be short.\n\nBe kind.",
            "messages": [{"role": "user", "content": "Hello"}],
            "temperature": 0.5,
            "top_k": 3,
            "stop_sequences": ["END"],
            "max_tokens": 8192,
        },
    }
    told = service.sent({"seed": 7}).adjustments
    assert [sentence.partition(" ")[0] for sentence in told] == ["seed", "max_tokens"]
    assert service.sent({"max_output_tokens": 5}).parameters["max_tokens"] == 5


@pytest.mark.parametrize(
    ("result", "text", "reason", "kind", "again"),
    [
        ({"stop_reason": "end_turn"}, "Hi", "stop", None, False),
        ({"stop_reason": "max_tokens"}, "Hi", "length", None, False),
        ({"stop_reason": "refusal"}, "Hi", "refusal", "misfit", False),
        ({"type": "expired"}, "", None, "server_error", True),
        ({"type": "canceled"}, "", None, "cancelled", False),
        ({"type": "errored", "error": "overloaded_error"}, "", None, "server_error", True),
        ({"type": "errored", "error": "rate_limit_error"}, "", None, "rate_limited", True),
        ({"type": "errored", "error": "invalid_request_error"}, "", None, "bad_request", False),
        ({"type": "errored", "error": None}, "", None, "server_error", True),
        ({"type": "no such type"}, "", None, "server_error", True),
    ],
)
def test_what_a_line_of_anthropics_means(
    result: dict[str, Any], text: str, reason: str | None, kind: str | None, again: bool
) -> None:
    if "stop_reason" in result:
        content = [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "Hi"}]
        usage = {"input_tokens": 7, "cache_read_input_tokens": 3, "output_tokens": 2}
        result = {"type": "succeeded", "message": {**result, "content": content, "usage": usage}}
    elif result.get("error"):
        result = {**result, "error": {"error": {"type": result["error"], "message": "No"}}}
    outcome = claude().read(json.dumps({"custom_id": NAME, "result": result}).encode())
    assert outcome is not None
    assert "".join(one.text for one in outcome.events if isinstance(one, Delta)) == text
    if text:
        assert Usage(10, 2) in outcome.events
        assert Finish(reason) in outcome.events  # type: ignore[arg-type]
    assert (outcome.error.kind if outcome.error else None) == kind
    assert outcome.again == again


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"{half",
        b"\xff\xfe",
        b'{"custom_id": 7}',
        b'{"result": {}}',
        b"[" * 100_000,
        b'{"custom_id": "x", "result": []}',
    ],
)
def test_what_is_no_line_is_none(line: bytes) -> None:
    client = EndpointClient(Endpoint("http://127.0.0.1:1/v1", KEY))
    openai = OpenAICompatibleIntegration("m", client).batches("m")
    assert isinstance(openai, OpenAIBatches)
    assert claude().read(line) is None
    found = openai.read(line)
    assert found is None or found.error is not None


async def test_a_key_goes_where_anthropic_wants_it_and_nothing_is_read_for_ever() -> None:
    with batch_service(endless=True) as service:
        wire = Wire(Endpoint(service.base_url, KEY), "", 5.0, sign=sign, most_seconds=0.0)
        made = await wire.json("POST", "messages/batches", body={"requests": []})
        headers = service.headers[-1]
        assert headers["x-api-key"] == KEY.reveal()
        assert "authorization" not in headers
        with pytest.raises(ModelError, match="without end"):
            async for _ in wire.lines(f"messages/batches/{made['id']}/results", 1):
                pass
        with pytest.raises(ModelError) as refused:
            await wire.json("GET", "messages/batches/nowhere")
        assert refused.value.kind == "not_found"
        for name in ("../files", "", None, "a/b", "x" * 300):
            with pytest.raises(ModelError, match="no answer of a batch service"):
                wire.name(name)
        await wire.close()


@pytest.mark.parametrize(
    ("code", "kind"), [("insufficient_quota", "forbidden"), ("rate_limit", "rate_limited")]
)
async def test_a_quota_that_is_used_up_is_not_waited_for(code: str, kind: str) -> None:
    with batch_service() as service:
        service.quota = {"code": code, "message": "You exceeded it"}
        wire = Wire(Endpoint(service.base_url, KEY), "", 5.0)
        with pytest.raises(ModelError, match="You exceeded it") as refused:
            await wire.json("POST", "batches", body={})
        assert refused.value.kind == kind
        await wire.close()
