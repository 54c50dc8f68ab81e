"""What a prompt file asks for, and what of it is sent."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

Workspace = Any

AZURE = """---
model:
  configuration:
    type: azure_openai
    azure_endpoint: %s
    azure_deployment: %s
---
user:
Hi
"""
BY_ENVIRONMENT = AZURE % ("${env:AZURE_OPENAI_ENDPOINT}", "${env:AZURE_DEPLOYMENT}")


def prompt(workspace: Workspace, name: str, text: str) -> None:
    (workspace.folder / "prompts" / f"{name}.prompty").write_text(text, "utf-8")


@pytest.mark.parametrize(
    "text",
    [
        BY_ENVIRONMENT,
        AZURE % ("https://example.openai.azure.com", "gpt-4o"),
        AZURE % ("https://example.openai.azure.com", "${env:AZURE_DEPLOYMENT}"),
        AZURE % ("${env:AZURE_OPENAI_ENDPOINT}", "gpt-4o"),
    ],
    ids=["environment", "literal", "deployment", "endpoint"],
)
async def test_a_run_that_names_its_model_never_touches_the_prompts_own(
    workspace: Workspace, configured: Callable[[str], None], text: str
) -> None:
    prompt(workspace, "q", text)
    async with scripted_model(tokens("Hi"), tokens("Hi")) as model:
        configured(f'[models.mine]\nendpoint = "{model.base_url}"\nid = "own"\n')
        named, by_id = await asyncio.gather(
            workspace.process("run", "q", "--model", "mine"),
            workspace.process("run", "q", "--model", "an-id", OPENAI_BASE_URL=model.base_url),
        )
    assert (named.code, by_id.code) == (0, 0), named.err + by_id.err
    assert sorted(request.json["model"] for request in model.requests) == ["an-id", "own"]


async def test_without_a_model_all_refused_variables_are_named(workspace: Workspace) -> None:
    prompt(workspace, "q", BY_ENVIRONMENT)
    ended = await workspace.process("run", "q")
    assert ended.code == 3
    assert "AZURE_DEPLOYMENT and AZURE_OPENAI_ENDPOINT" in ended.err
    assert "--model" in ended.err


async def test_tools_outputs_and_limits_reach_the_request_as_the_file_means_them(
    workspace: Workspace,
) -> None:
    prompt(
        workspace,
        "o",
        "---\noutputs: [{name: city, kind: string, required: true}]\nmodel:\n  parameters: "
        "{max_completion_tokens: 50, tool_choice: auto, parallel_tool_calls: true, "
        "tools: [{type: function, function: {name: f}}]}\n---\ndeveloper:\nObey.\nuser:\nWhere?",
    )
    async with scripted_model(tokens("{}")) as model:
        ended = await workspace.process("run", "o", OPENAI_BASE_URL=model.base_url)
    assert ended.code == 0, ended.err
    body = model.requests[0].json
    assert [message["role"] for message in body["messages"]] == ["developer", "user"]
    assert body["max_completion_tokens"] == 50
    assert not body.keys() & {"max_tokens", "tools", "tool_choice", "parallel_tool_calls"}
    schema = body["response_format"]["json_schema"]["schema"]
    assert schema["properties"] == {"city": {"type": "string"}}


async def test_other_options_of_the_configuration_are_another_request(
    workspace: Workspace, configured: Callable[[str], None]
) -> None:
    async with scripted_model(tokens("One"), tokens("Two")) as model:
        outs = []
        for heat in (0.1, 0.9, 0.9):
            configured(
                f'[models.mine]\nendpoint = "{model.base_url}"\noptions = {{temperature = {heat}}}'
            )
            outs.append((await workspace.process("run", "greet", "--model", "mine")).out)
    assert outs == ["One\n", "Two\n", "Two\n"]


async def test_an_example_that_was_used_is_said(workspace: Workspace) -> None:
    inputs = "inputs: {who: {kind: string, example: Ada}, n: {kind: integer, default: 1}}"
    prompt(workspace, "g", f"---\n{inputs}\n---\nuser:\nGreet {{{{ who }}}} {{{{ n }}}}.")
    async with scripted_model(tokens("Hi"), tokens("Ho")) as model:
        at = {"OPENAI_BASE_URL": model.base_url}
        shown = await workspace.process("run", "g", **at)
        listed = await workspace.process("run", "g", "--json", **at)
        given = await workspace.process("run", "g", "--input", "who=Bo", "--json", **at)
    assert "with the example of who" in shown.err
    (run,) = json.loads(listed.out)["runs"]
    assert (run["usedExamples"], run["cached"]) == (["who"], True)
    assert json.loads(given.out)["runs"][0]["usedExamples"] == []
    sent = [request.json["messages"][0]["content"] for request in model.requests]
    assert sent == ["Greet Ada 1.", "Greet Bo 1."]
