"""render: what a run would send, and about what it would cost; nobody is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fourfold.llm.embedded import EmbeddedIntegration
from fourfold.llm.retirements import DEFAULT_MODELS
from support.scripted_model import scripted_model, tokens

Workspace = Any
FIELDS = ["messages", "parameters", "model", "inputTokens", "estimateUsd"]
PROMPT = """---
name: greet
model:
  options: {temperature: 0.5, maxOutputTokens: 100}
inputs:
  name: {kind: string, example: Ada}
  times: {kind: integer, default: 2}
---
system:
Be short.
user:
Greet {{ name }} {{ times * 2 }} times.
"""


@pytest.fixture
def prompty(workspace: Workspace) -> Workspace:
    workspace.prompt.unlink()
    (workspace.folder / "prompts" / "greet.prompty").write_text(PROMPT)
    return workspace


def rendered(workspace: Workspace, *arguments: str) -> dict[str, Any]:
    result = workspace.call("render", "greet", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    shape: dict[str, Any] = json.loads(result.stdout)
    assert list(shape) == FIELDS
    return shape


def test_without_any_model_the_messages_are_shown(
    prompty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedIntegration, "is_installed", property(lambda _: False))
    shape = rendered(prompty)
    assert [one["role"] for one in shape["messages"]] == ["system", "user"]
    assert "Greet Ada 4 times." in shape["messages"][1]["content"]
    length = sum(len(one["content"]) for one in shape["messages"])
    assert shape["inputTokens"] == -(-length // 4)
    assert (shape["model"], shape["estimateUsd"]) == (None, None)
    assert shape["parameters"]["temperature"] == 0.5

    plain = prompty.call("render", "greet")
    assert plain.stdout.startswith("==> system <==\nBe short.\n")
    assert "==> user <==\nGreet Ada 4 times.\n" in plain.stdout
    assert "With the example of name." in plain.stderr
    assert "fourfold model install" in plain.stderr
    assert not (prompty.folder / ".fourfold").exists()


async def test_what_is_shown_is_what_a_run_sends_and_nobody_is_asked_for_it(
    prompty: Workspace,
) -> None:
    inputs = ("--input", "name=Grace", "--input", "times=3")
    async with scripted_model(tokens("Yes")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
        ended = await prompty.process("render", "greet", *inputs, "--json", **env)
        shape = json.loads(ended.out)
        assert model.requests == []
        await prompty.process("run", "greet", *inputs, **env)
        (sent,) = model.requests
    assert shape["model"] == sent.json["model"] == "scripted"
    assert shape["messages"] == sent.json["messages"]
    assert shape["parameters"]
    assert {name: sent.json[name] for name in shape["parameters"]} == shape["parameters"]


async def test_without_a_named_model_the_endpoint_is_not_asked_for_its_list(
    workspace: Workspace,
) -> None:
    env = {"OPENAI_BASE_URL": "https://api.openai.com/v1", "OPENAI_API_KEY": "sk-none"}
    ended = await workspace.process(
        "render", "greet", "--json", HTTPS_PROXY="http://127.0.0.1:9", **env
    )
    assert json.loads(ended.out)["model"] == DEFAULT_MODELS[0]
    async with scripted_model(tokens("Yes")) as model:
        await workspace.process("render", "greet", OPENAI_BASE_URL=model.base_url)
        assert (model.listings, model.connections) == (0, 0)


def test_the_price_is_that_of_the_messages_and_the_longest_response(
    prompty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fourfold.llm.prices import price_usd

    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    shape = rendered(prompty, "--model", "gpt-4o")
    expected = price_usd("gpt-4o", shape["inputTokens"], 100, "https://api.openai.com/v1")
    assert expected
    assert shape["estimateUsd"] == expected
    assert shape["parameters"]["max_completion_tokens"] == 100
    assert (
        "with a response of 100 tokens $0.00"
        in prompty.call("render", "greet", "--model", "gpt-4o").stderr
    )


def test_a_version_or_the_text_that_the_file_has(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    (workspace.folder / "fourfold.toml").write_text('versionOnSave = "never"')
    workspace.write("Not kept.\n")
    texts = [rendered(workspace, *at)["messages"][0]["content"] for at in ([], ["v1"], ["2"])]
    assert texts == ["Not kept.\n", "One.\n", "Two.\n"]
    listed = json.loads(workspace.call("list", "greet", "--json").stdout)
    assert [one["number"] for one in listed["versions"]] == [2, 1]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["v9"], 2, "kept are v1"),
        (["--input", "nmae=x"], 2, "did you mean name"),
        (["--input", "times=often"], 2, "times"),
        (["--model", "nowhere"], 3, "no model nowhere"),
    ],
)
def test_what_a_run_refuses_is_refused(
    prompty: Workspace, arguments: list[str], code: int, sentence: str
) -> None:
    result = prompty.call("render", "greet", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def test_an_input_without_a_value_is_named(workspace: Workspace) -> None:
    workspace.write("Greet {{ name }}.")
    result = workspace.call("render", "greet")
    assert result.exit_code == 3
    assert "Input name has no value" in result.stderr
