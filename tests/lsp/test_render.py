"""fourfold.renderStep: what would be sent of the text that is seen, and no model is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lsp.support.prompt import INVALID_PARAMS, refusal
from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_text_that_is_seen_is_rendered_and_nobody_is_asked(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Yes"), prompt="Greet {{ name }}.\n") as s:
        run = s.client.run

        async def text(**fields: object) -> str:
            answer = await run("fourfold.renderStep", uri=s.uri, inputs={"name": "Ada"}, **fields)
            assert list(answer) == [
                "messages",
                "parameters",
                "model",
                "inputTokens",
                "estimateUsd",
            ]
            (message,) = answer["messages"]
            assert answer["inputTokens"] == -(-len(message["content"]) // 4)
            return str(message["content"])

        assert await text() == "Greet Ada.\n"
        s.client.edit(s.uri, "Praise {{ name }}, unsaved.\n")
        assert await text() == "Praise Ada, unsaved.\n"
        assert await text(version=1) == "Greet Ada.\n"
        assert s.model.requests == []


async def test_a_document_shows_what_is_seen_and_follows_what_is_saved(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Yes"), prompt="Say *hello*.\n") as s:
        (action,) = [
            one
            for one in await s.client.actions(s.uri)
            if one.title == "Show what a run would send"
        ]
        assert action.command is not None
        (argument,) = action.command.arguments or ()
        opened = await s.client.run("fourfold.showRendering", argument)
        text = await s.client.read(opened["uri"])
        assert "## user\n\n```text\nSay *hello*.\n```\n" in text
        assert "No model was asked" in text or "no model was asked" in text
        s.client.edit(s.uri, "Say {{ what }}.\n")
        assert "Input what has no value" in await s.client.read(opened["uri"])
        await s.save("Say goodbye.\n")
        assert "Say goodbye." in await s.client.read(opened["uri"])
        assert s.model.requests == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"version": 7}, "version"), ({"inputs": {"nmae": 1}}, "nmae"), ({"inputs": []}, "inputs")],
)
async def test_a_wrong_field_is_named(tmp_path: Path, fields: dict, field: str) -> None:
    async with session(tmp_path, tokens("Yes"), prompt="Greet {{ name }}.\n") as s:
        error = await refusal(s.client.run("fourfold.renderStep", uri=s.uri, **fields))
        assert error.code == INVALID_PARAMS
        assert field in error.message
