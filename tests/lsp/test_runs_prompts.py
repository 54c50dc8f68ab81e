"""Prompts that cannot be run as they are: a clear answer, and the server goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from pygls.exceptions import JsonRpcException

from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.session import Session

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


async def refusal(s: Session) -> str:
    """What runStep answers when it does not run."""
    with pytest.raises(JsonRpcException) as caught:
        await s.run()
    return str(caught.value.message)


async def test_a_missing_input_is_named_and_an_action_gives_it_a_default(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hi"), prompt=NEEDS_NAME, name="greet.prompty") as s:
        message = await refusal(s)
        assert "name" in message
        assert "default" in message
        assert s.model.requests == []

        await s.client.act(s.uri, "Give name a default", line=3)
        text = s.client.buffers[s.uri].text
        assert "default:" in text
        await s.save(text.replace('default: ""', 'default: "Ada"'))

        assert (await s.run_to_end(inputs={"name": "Grace"}))["status"] == "succeeded"
        assert "Greet Grace." in s.model.requests[0].json["messages"][0]["content"]


UNFIT = [
    ("", "empty"),
    ("---\nname: [\n---\nuser:\nHi\n", "Line 2: The front matter"),
    ("{% for a in range(10**9) %}{% for b in range(10**9) %}x{% endfor %}{% endfor %}", "Line 1"),
    ("{{ 'x' * 10**10 }}", "too much memory"),
    ("{{ ''.__class__.__mro__ }}", "Line 1"),
    ("{% if %}", "Line 1"),
    ("{% include '/etc/passwd' %}", "Line 1"),
]


async def test_a_prompt_that_cannot_be_rendered_is_explained(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hi"), prompt="Hi\n", name="greet.prompty") as s:
        for prompt, said in UNFIT:
            await s.save(prompt)
            message = await refusal(s)
            assert said in message, (prompt, message)
            assert message.endswith("."), message
        assert s.model.requests == []
        assert all(version["runs"] == 0 for version in (await s.versions())["versions"])
        await s.save("user:\nHi\n")
        assert (await s.run_to_end())["status"] == "succeeded"


async def test_others_are_answered_while_a_template_never_ends(tmp_path: Path) -> None:
    endless = "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}"
    async with session(tmp_path, prompt=endless) as s:
        running = asyncio.ensure_future(refusal(s))
        for _ in range(3):
            await s.client.lenses(s.uri)
            await s.versions()
        assert not running.done()
        assert await running
