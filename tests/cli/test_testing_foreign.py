"""test: prompts of other tools with the tests that are theirs, and a skill against none."""

from __future__ import annotations

import json
from typing import Any

from cli.test_testing import answering, at, report_of
from support.scripted_model import scripted_model, tokens

Workspace = Any


async def test_a_prompt_of_github_brings_its_tests(workspace: Workspace) -> None:
    (workspace.folder / "greet.prompt.yml").write_text(
        "messages: [{role: user, content: 'Greet {{name}}'}]\n"
        "testData: [{name: Ana, expected: hello ana}, {name: Bo, expected: hello bo}]\n"
        "evaluators: [{name: said, string: {contains: '{{expected}}'}}]\n"
    )
    (workspace.folder / "none.prompt.yml").write_text(
        "messages: [{role: user, content: 'testData: none'}]\n"
    )
    async with scripted_model(answering(("Ana", tokens("Hello Ana")))) as model:
        report = await report_of(workspace, model)
    assert [(test["name"], test["arms"][0]["passed"]) for test in report["tests"]] == [
        ("test 1", 1),
        ("test 2", 0),
    ]
    assert len(model.requests) == 2


async def test_a_skill_is_held_against_none(workspace: Workspace) -> None:
    skill = workspace.folder / ".claude" / "skills" / "count" / "SKILL.md"
    (skill.parent / "evals").mkdir(parents=True)
    skill.write_text("---\nname: count\ndescription: Counts\n---\nAnswer with a number.\n")
    skill.with_name("SKILL.tests.yaml").write_text(
        "- vars: {task: How many legs has a cat?}\n  assert: [{type: equals, value: '4'}]\n"
    )

    async def script(exchange: Any) -> None:
        with_skill = "number" in exchange.request.json["messages"][0]["content"]
        await tokens("4" if with_skill else "A cat has four.")(exchange)

    step = ".claude/skills/count/SKILL.md"
    async with scripted_model(script) as model:
        report = await report_of(workspace, model, step, "--baseline", "none")
        [pair] = report["pairs"]
        assert (pair["a"]["version"], pair["b"]["version"]) == ("none", 1)
        assert (pair["wins"], pair["losses"]) == (1, 0)
        asked = [[one["content"] for one in request.json["messages"]] for request in model.requests]
        assert sorted(asked, key=len) == [
            ["How many legs has a cat?"],
            ["Answer with a number.", "How many legs has a cat?"],
        ]
        again = await report_of(workspace, model, step, "--baseline", "none")
        assert (again["calls"], again["cached"]) == (0, 2)
        (skill.parent / "evals" / "evals.json").write_text(
            json.dumps({"evals": [{"prompt": "x", "files": ["a"], "expectations": ["y"]}]})
        )
        ended = await workspace.process("test", step, **at(model))
    assert ended.code == 3
    assert "evals/evals.json:1: No agent is run here that could read files" in ended.err


async def test_a_prompt_cannot_be_held_against_none(workspace: Workspace) -> None:
    workspace.versions("Say {{topic}}\n")
    (workspace.folder / "prompts" / "greet.tests.yaml").write_text(
        "- vars: {topic: a}\n  assert: [{type: equals, value: a}]\n"
    )
    ended = await workspace.process("test", "greet", "--baseline", "none")
    assert ended.code == 2
    assert "only skills and instructions can be held against none" in ended.err
