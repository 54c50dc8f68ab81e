"""Steps as MCP prompts, versions as resources."""

from __future__ import annotations

from typing import Any

import pytest
from mcp import MCPError

from support.agents import GREET

CHAT = """---
inputs:
  count: {type: integer, default: 2}
  words: {type: array}
  style: {type: string}
---
system:
Be {{style}}.
user:
Use {{words | join(' and ')}} {{count}} times.
assistant:
Yes.
"""


async def test_each_step_is_a_prompt_with_its_inputs(place: Any) -> None:
    place.write("prompts/chat.prompty", CHAT)
    place.write("prompts/talk/style.md", "Name a style.")
    place.write("prompts/workflow.yaml", "steps:\n  chat: {inputs: {style: {value: brief}}}\n")
    async with place.agent() as agent:
        listed = {one.name: one for one in (await agent.client.list_prompts()).prompts}
        assert set(listed) == {"greet", "talk/style", "chat"}
        [name] = listed["greet"].arguments
        assert (name.name, name.required, name.description) == ("name", True, "who is greeted")
        required = {one.name: one.required for one in listed["chat"].arguments}
        assert required == {"count": False, "words": True, "style": False}
        got = await agent.client.get_prompt("chat", {"words": '["a", "b"]'})
    assert [(one.role, one.content.text.strip()) for one in got.messages] == [
        ("user", "Be brief."),
        ("user", "Use a and b 2 times."),
        ("assistant", "Yes."),
    ]
    assert not (place.folder / ".fourfold").exists()


async def test_another_version_is_named_after_an_at_sign(place: Any) -> None:
    place.write("prompts/odd@v1.md", "I am odd.")
    async with place.agent() as agent:
        await agent.answer("save_version", step="greet", text=GREET.replace("Greet", "Welcome"))

        async def text(prompt: str, **inputs: str) -> str:
            [message] = (await agent.client.get_prompt(prompt, inputs)).messages
            return message.content.text.strip()

        assert await text("greet", name="Ada") == "Welcome Ada."
        assert await text("greet@v1", name="Ada") == "Greet Ada."
        assert await text("odd@v1") == "I am odd."
        for name, said in [("greet@v7", "v7"), ("gret", "greet"), ("greet", "name")]:
            with pytest.raises(MCPError, match=said) as raised:
                await text(name)
            assert raised.value.error.data["kind"] == "bad_input"


async def test_kept_versions_are_resources(place: Any) -> None:
    place.write("prompts/two words/ü.md", "Hi.")
    async with place.agent() as agent:
        await agent.answer("save_version", step="greet", text="Hello.\n")
        listed = {one.name: one for one in (await agent.client.list_resources()).resources}
        assert [str(one.uri) for one in listed.values()] == [
            "fourfold://step/greet/v2",
            "fourfold://step/greet/v1",
            "fourfold://step/two%20words/%C3%BC/v1",
        ]
        read = {}
        for name, one in listed.items():
            [contents] = (await agent.client.read_resource(one.uri)).contents
            assert (len(contents.text.encode()), contents.uri) == (one.size, one.uri)
            read[name] = contents.text
        templates = (await agent.client.list_resource_templates()).resource_templates
        for uri in ["fourfold://step/greet/v9", "fourfold://step/greet", "file:///etc/passwd"]:
            with pytest.raises(MCPError) as raised:
                await agent.client.read_resource(uri)
            assert raised.value.error.data["kind"] == "bad_input"
    assert read == {"greet@v2": "Hello.\n", "greet@v1": GREET, "two words/ü@v1": "Hi."}
    assert [one.uri_template for one in templates] == ["fourfold://step/{+step}/v{version}"]
