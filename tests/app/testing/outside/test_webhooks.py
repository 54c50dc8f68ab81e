"""Webhooks on a real server that does as its script says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.testing.outside.webhooks import Webhooks
from fourfold.evals.outside import CannotJudgeError, Post
from support.scripted_model import drop, hang, html, raw, scripted_model, silence, status

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.user.consent import Question
    from support.scripted_model import Script

JSON = "application/json"
BODY = {"output": "héllo \ud83d", "context": {"prompt": "p", "vars": {"q": 1}}}


async def agree(_: Question) -> bool:
    return True


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))


def address(model: Any, rest: str = "/check?key=sk-private#part") -> str:
    return str(model.base_url).removesuffix("/v1") + rest


async def test_it_is_posted_as_promptfoo_does() -> None:
    answer = raw(b'{"pass": true, "score": 0.5}', content_type=JSON)
    async with scripted_model(answer) as model:
        reply = await Webhooks(agree).post(Post(address(model), BODY))
    assert reply.value == {"pass": True, "score": 0.5}
    [request] = model.requests
    assert (request.method, request.path) == ("POST", "/check?key=sk-private")
    assert request.headers["content-type"] == JSON
    assert json.loads(request.body.decode("utf-8", "surrogatepass")) == BODY


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (hang(), "did not answer within 0.5 s"),
        (silence("a"), "did not answer within 0.5 s"),
        (drop(), "could not be reached"),
        (status(500, "sk-private"), "answered with the status 500"),
        (status(307, "", {"location": "http://evil.invalid/"}), "wants to redirect to another"),
        (html(), "answered with something that is no JSON"),
        (raw(b"[" * 200_000, content_type=JSON), "answered with something that is no JSON"),
        (raw(b" " * (2 << 20), content_type=JSON), "answered with more than 1 MiB"),
    ],
)
async def test_what_gives_no_verdict_is_said_without_what_is_private(
    script: Script, why: str
) -> None:
    async with scripted_model(script) as model:
        with pytest.raises(CannotJudgeError, match=why) as caught:
            await Webhooks(agree, seconds=0.5).post(Post(address(model), BODY))
        assert "private" not in str(caught.value)
        assert str(caught.value).startswith(address(model, " "))
        assert len(model.requests) == 1  # a redirect is not followed


@pytest.mark.parametrize(
    "url", ["", "nothing", "ftp://a.b/", "file:///etc/passwd", "http://", "//a.b/c"]
)
async def test_what_is_no_address_is_asked_nothing(url: str) -> None:
    with pytest.raises(CannotJudgeError, match="no address that begins with https://"):
        await Webhooks(agree).post(Post(url, {}))


async def test_each_address_is_asked_for_once(tmp_path: Path) -> None:
    asked: list[str] = []
    answers = [False, True, True]

    async def ask(question: Question) -> bool:
        asked.append(question.text)
        return answers.pop(0)

    async with scripted_model(raw(b"{}", content_type=JSON)) as model:
        webhooks = Webhooks(ask)
        for _ in range(3):
            with pytest.raises(CannotJudgeError, match="you have not agreed to that"):
                await webhooks.post(Post(address(model), BODY))
        assert model.requests == []
        webhooks = Webhooks(ask)
        for _ in range(3):
            await webhooks.post(Post(address(model), BODY))
        await webhooks.post(Post(address(model, "/other"), BODY))
        with pytest.raises(CannotJudgeError):
            await Webhooks(None).post(Post(address(model, "/check?key=another"), BODY))
    assert len(asked) == 3
    assert all("private" not in text for text in asked)
    assert "private" not in (tmp_path / "user/fourfold/webhooks.json").read_text()
