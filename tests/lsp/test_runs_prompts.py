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


KINDS = """---
name: greet
inputs:
  name: {kind: string, default: Ada}
  times: {type: int, description: How often}
---
user:
{{ name }} {{ times + 1 }}
"""


async def test_inputs_are_held_against_their_kinds(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hi"), prompt=KINDS, name="greet.prompty") as s:
        for inputs, said in [
            ({"times": "2"}, "inputs: The input times takes a whole number."),
            ({"times": 2, "name": 5}, "inputs: The input name takes a text."),
            ({"times": 2, "nam": "x"}, "inputs: The prompt has no input nam: did you mean name?"),
            ({"times": 2, "zz": 1}, "inputs: The prompt has no input zz: use one of name, times."),
        ]:
            with pytest.raises(JsonRpcException) as caught:
                await s.client.run("fourfold.runStep", {"uri": s.uri, "inputs": inputs})
            assert (caught.value.code, caught.value.message) == (-32602, said)
            sentence = said.removeprefix("inputs: ")
            asked_for = {"kind": "bad_input", "message": sentence, "field": "inputs"}
            assert caught.value.data == asked_for
        with pytest.raises(JsonRpcException) as caught:
            await s.client.run("fourfold.runStep", uri=s.uri)
        assert caught.value.code == -32602
        assert f"inputs: {caught.value.data.pop('message')}" == caught.value.message
        assert caught.value.data == {
            "kind": "bad_input",
            "field": "inputs",
            "missing": [{"name": "times", "kind": "integer", "description": "How often"}],
        }
        assert s.model.requests == []
        assert (await s.run_to_end(inputs={"times": 2}))["status"] == "succeeded"
        assert s.model.requests[0].json["messages"][0]["content"] == "Ada 3"


async def test_versions_that_lack_an_input_run_without_it(tmp_path: Path) -> None:
    replies = [tokens("Hi"), tokens("Hi")]
    async with session(tmp_path, *replies, prompt="Greet.\n") as s:
        await s.save("Greet {{ name }}.\n")
        asked = {"uri": s.uri, "versions": "all", "inputs": {"name": "Bo"}}
        answer = await s.client.run("fourfold.runStep", asked)
        assert [run["version"] for run in answer["runs"]] == [1, 2]


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
