"""Models that the user has in the editor, which the editor asks for the server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from lsp.support.session import VSCODE, Session, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL = "editor/spike/echo-1"
PROFILE = VSCODE.announcing(models=True)


def serve(s: Session, answer: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
    """Has the editor answer as scripted; what it is asked."""
    asked: list[dict[str, Any]] = []

    @s.client.feature("fourfold/askModel")
    async def ask_model(params: Any) -> Any:
        asked.append(params._asdict())
        return await answer(asked[-1])

    return asked


def tell(s: Session, call: str, *pieces: object) -> None:
    for piece in pieces:
        s.client.protocol.notify("fourfold/modelText", {"call": call, "text": piece})


async def test_a_model_of_the_editor_answers_in_pieces(tmp_path: Path) -> None:
    prompt = "---\nmodel: {options: {temperature: 0}}\n---\nsystem:\nBe kind.\nuser:\nGreet Ada.\n"
    async with session(tmp_path, profile=PROFILE, prompt=prompt, name="greet.prompty") as s:

        async def answer(asked: dict[str, Any]) -> Any:
            tell(s, "another", "Bye")
            tell(s, asked["call"], "Hel", 7, "", "lo")
            return {"inputTokens": 5, "outputTokens": -1}

        asked = serve(s, answer)
        run = await s.run_to_end(model=MODEL)
        assert (run["status"], run["model"]) == ("succeeded", MODEL)
        assert (run["inputTokens"], run["outputTokens"], run["costUsd"]) == (5, None, None)
        assert "no system message" in run["adjustments"][0]
        assert asked[0]["model"] == "spike/echo-1"
        assert [one.role for one in asked[0]["messages"]] == ["system", "user"]
        assert asked[0]["parameters"].temperature == 0
        shown = await s.client.run("fourfold.showResponse", uri=s.uri)
        assert (await s.text(shown["uri"])).strip() == "Hello"


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (
            {"error": "You said no.", "kind": "forbidden"},
            "forbidden",
            "gave no answer: You said no;",
        ),
        ({"error": "[x](command:y)", "kind": []}, "server_error", "[x] (command:y)"),
        ({"error": 3}, "server_error", "it said nothing"),
        (None, "server_error", "the editor did not say why"),
    ],
)
async def test_why_it_does_not_answer_is_told(
    tmp_path: Path, answer: Any, kind: str, said: str
) -> None:
    async with session(tmp_path, profile=PROFILE) as s:

        async def refuse(_: dict[str, Any]) -> Any:
            return answer

        serve(s, refuse)
        run = await s.run_to_end(model=MODEL)
        assert (run["status"], run["errorKind"]) == ("failed", kind)
        assert said in run["error"]


async def test_a_call_is_given_up_with_its_run(tmp_path: Path) -> None:
    async with session(tmp_path, profile=PROFILE) as s:
        begun, given_up = asyncio.Event(), asyncio.Event()

        async def begin(asked: dict[str, Any]) -> Any:
            tell(s, asked["call"], "Hel")
            begun.set()
            await given_up.wait()

        asked = serve(s, begin)
        await s.run(model=MODEL)
        await begun.wait()
        await s.client.run("fourfold.cancelRuns", uri=s.uri)
        told = await s.client.notified("fourfold/cancelModel")
        assert told == {"call": asked[0]["call"]}
        given_up.set()
        assert (await s.ended())["status"] == "cancelled"


async def test_an_editor_without_models_has_none(tmp_path: Path) -> None:
    async with session(tmp_path) as s:
        listed = await s.client.run("fourfold.listModels")
        assert "editor/…" not in [model["name"] for model in listed["models"]]
