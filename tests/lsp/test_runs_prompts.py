"""Prompts that cannot be run as they are: a clear answer, and the server goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.support.buffers import edited_texts
from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

NEEDS_NAME = """---
name: greet
inputs:
  name:
    kind: string
    required: true
---
user:
Greet {{name}}.
"""


async def refusal(s: object, **fields: object) -> str:
    """What runStep answers when it does not run."""
    with pytest.raises(JsonRpcException) as caught:
        await s.run(**fields)  # type: ignore[attr-defined]
    return str(caught.value.message)


async def test_a_missing_input_is_named_and_an_action_gives_it_a_default(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hi"), prompt=NEEDS_NAME, name="greet.prompty") as s:
        message = await refusal(s)
        assert "name" in message
        assert "default" in message
        assert s.model.requests == []

        problems = await s.client.until(
            lambda: [d for d in s.client.diagnostics.get(s.uri, []) if d.code == "missing-input"],
            "the problem",
        )
        here = types.Range(types.Position(0, 0), types.Position(0, 0))
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(s.uri),
            here,
            types.CodeActionContext(problems, only=["quickfix"]),
        )
        (action,) = await s.client.text_document_code_action_async(params)
        assert action.title == "Give name a default"
        (text,) = edited_texts(s.client, action.edit).values()
        assert "default:" in text
        await s.save(text.replace('default: ""', 'default: "Ada"'))

        assert (await s.run_to_end(inputs={"name": "Grace"}))["status"] == "succeeded"
        assert "Greet Grace." in s.model.requests[0].json["messages"][0]["content"]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("", "empty"),
        ("---\nname: [\n---\nuser:\nHi\n", "Line 2: The front matter"),
        ("{% for a in range(10**9) %}{% for b in range(10**9) %}x{% endfor %}{% endfor %}", ""),
        ("{{ 'x' * 10**10 }}", ""),
        ("{{ ''.__class__.__mro__ }}", ""),
        ("{% if %}", "ine 1"),
    ],
    ids=["empty", "front matter", "never ends", "grows", "escapes", "syntax"],
)
async def test_a_prompt_that_cannot_be_rendered_is_explained(
    tmp_path: Path, prompt: str, said: str
) -> None:
    async with session(tmp_path, tokens("Hi"), prompt=prompt, name="greet.prompty") as s:
        message = await refusal(s)
        assert said in message
        assert message.endswith(".")
        assert s.model.requests == []
        assert (await s.versions())["versions"][0]["runs"] == 0
        await s.save("user:\nHi\n")
        assert (await s.run_to_end())["status"] == "succeeded"


async def test_others_are_answered_while_a_template_never_ends(tmp_path: Path) -> None:
    import asyncio

    endless = "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}"
    async with session(tmp_path, prompt=endless) as s:
        running = asyncio.ensure_future(refusal(s))
        for _ in range(3):
            await s.client.lenses(s.uri)
            await s.versions()
        assert not running.done()
        assert await running
