"""`fourfold workflow run` in a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from cli.conftest import Workspace


async def test_prompts_that_no_workflow_names_need_a_yes(workspace: Workspace) -> None:
    workspace.write("One")
    workspace.prompt.with_name("other.md").write_text("Two", encoding="utf-8")
    async with scripted_model(tokens("a"), tokens("b")) as model:
        refused = await workspace.process("workflow", "run", OPENAI_BASE_URL=model.base_url)
        assert refused.code == 3
        assert "2 prompts" in refused.err
        assert "--yes" in refused.err
        assert model.requests == []
        command = ["workflow", "run", "--yes", "--json"]
        done = await workspace.process(*command, OPENAI_BASE_URL=model.base_url)
        assert done.code == 0
        assert {run["step"] for run in json.loads(done.out)["runs"]} == {"greet", "other"}


async def test_inputs_are_given_to_steps(workspace: Workspace) -> None:
    workspace.write("Greet {{ name }}.\n")
    run = ["workflow", "run", "--json"]
    wrong = await workspace.process("workflow", "run", "--input", "greet.nam=Bo")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean name?" in wrong.err
    async with scripted_model(tokens("a"), tokens("b")) as model:
        for given in ("greet.name=Bo", "prompts/greet.md.name=Cy"):
            ended = await workspace.process(*run, "--input", given, OPENAI_BASE_URL=model.base_url)
            assert ended.code == 0, ended.err
    sent = [request.json["messages"][0]["content"] for request in model.requests]
    assert sent == ["Greet Bo.\n", "Greet Cy.\n"]
