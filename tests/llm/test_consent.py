"""An endpoint from a workspace file is used only after a yes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from fourfold.llm.consent import EndpointConsents, consent_question
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.user.consent import AskUser, Question

ENDPOINT = "https://x.example/v1"


async def yes(_: Question) -> bool:
    return True


async def no(_: Question) -> bool:
    return False


async def fails(_: Question) -> bool:
    raise RuntimeError("the window was closed")


async def never(_: Question) -> bool:
    await asyncio.Event().wait()
    return True


async def something(_: Question) -> bool:
    return "Send it"  # type: ignore[return-value]


@pytest.mark.parametrize("ask", [None, no, fails, never, something])
async def test_everything_but_yes_is_no_and_not_kept(tmp_path: Path, ask: AskUser | None) -> None:
    consents = EndpointConsents(tmp_path / "endpoints.json", answer_timeout=0.05)
    with pytest.raises(ModelError, match="answer yes when asked"):
        await consents.require(ENDPOINT, ask)
    assert not consents.path.exists()
    await consents.require(ENDPOINT, yes)


async def test_a_yes_is_asked_for_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "data" / "endpoints.json"
    await EndpointConsents(path).require("https://X.example:443/v1/", yes)
    await EndpointConsents(path).require(ENDPOINT, None)
    assert json.loads(path.read_text("utf-8")) == {"endpoints": [ENDPOINT]}
    assert {one.name for one in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}
    with pytest.raises(ModelError):
        await EndpointConsents(path).require("https://x.example/v2", None)


async def test_what_another_server_remembered_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    first, second = EndpointConsents(path), EndpointConsents(path)
    first.remember("https://a.example")
    second.remember("https://b.example")
    assert first.agreed() == {"https://a.example", "https://b.example"}


async def test_runs_at_the_same_time_share_one_question(tmp_path: Path) -> None:
    asked: list[Question] = []
    answer = asyncio.Event()

    async def ask(question: Question) -> bool:
        asked.append(question)
        await answer.wait()
        return True

    consents = EndpointConsents(tmp_path / "endpoints.json")
    waiting = [asyncio.create_task(consents.require(ENDPOINT, ask)) for _ in range(4)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    answer.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] + [type(None)] * 3
    assert asked == [consent_question(ENDPOINT)]


@pytest.mark.parametrize("content", ["", "[]", '{"endpoints": 3}', "\x00", '{"endpoints": [1]}'])
async def test_a_damaged_file_means_nothing_was_agreed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text(content, "utf-8")
    consents = EndpointConsents(path)
    assert consents.agreed() == frozenset()
    await consents.require(ENDPOINT, yes)
    assert consents.agreed() == {ENDPOINT}


@pytest.mark.parametrize(
    ("endpoint", "warned"),
    [
        ("https://x.example/v1", False),
        ("http://127.0.0.1:1/v1", False),
        ("http://x.example/v1", True),
    ],
)
def test_the_question_names_the_endpoint_and_warns_of_an_open_line(
    endpoint: str, warned: bool
) -> None:
    question = consent_question(endpoint).text
    assert endpoint in question
    assert ("not encrypted" in question) is warned
