"""test --config: promptfoo's own configurations, unchanged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.test_testing import answering, at
from cli.test_testing_git import commit, git
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from support.scripted_model import Script

Workspace = Any

GREETING = """\
description: Greeting stays short and polite
prompts:
  - "Write a greeting of one sentence for {{name}} in {{language}}."
providers: [openai:gpt-4o-mini, anthropic:messages:claude-haiku-4-5]
tests:
  - description: English
    vars: {name: Ana, language: English}
    assert:
      - {type: icontains, value: ana}
      - {type: not-contains, value: "{name}"}
  - vars: {name: Ana, language: Spanish}
    assert:
      - {type: contains-any, value: ["Hola", "Buenos"]}
"""
BILINGUAL = answering(("English", tokens("Hello ", "Ana")), ("Spanish", tokens("Hola")))


@pytest.fixture
def project(tmp_path: Path, workspace: Workspace) -> Any:
    """A folder of promptfoo's, in which Fourfold was never used."""
    workspace.prompt.unlink()
    workspace.prompt.parent.rmdir()
    workspace.folder = tmp_path / "evals"
    workspace.folder.mkdir()
    return workspace


def write(workspace: Workspace, **files: str) -> None:
    for name, text in files.items():
        path = workspace.folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def reports_of(
    workspace: Workspace, script: Script, *arguments: str, code: int = 0, port: int = 0
) -> tuple[list[Any], Any, str]:
    """The reports, the requests, and what was said."""
    async with scripted_model(script, port=port) as model:
        ended = await workspace.process(
            "test", "--config", "promptfooconfig.yaml", "--json", *arguments, **at(model)
        )
    assert ended.code == code, ended.err
    printed = json.loads(ended.out)
    requests = [one.json for one in model.requests]
    return printed.get("reports", []), requests, ended.err


async def test_a_prompt_in_the_configuration_itself_has_versions(
    project: Workspace, unused_tcp_port: int
) -> None:
    port = unused_tcp_port  # at another one would be another model
    write(project, promptfooconfig_yaml=GREETING)
    [report], requests, _ = await reports_of(project, BILINGUAL, port=port)
    assert report["step"] == "promptfooconfig/1"
    assert [(arm["version"], arm["passed"], arm["runs"]) for arm in report["arms"]] == [(1, 2, 2)]
    assert [test["name"] for test in report["tests"]] == ["English", "test 2"]
    assert {one["messages"][0]["content"] for one in requests} == {
        "Write a greeting of one sentence for Ana in English.",
        "Write a greeting of one sentence for Ana in Spanish.",
    }
    write(project, promptfooconfig_yaml=GREETING.replace("one sentence", "two sentences"))
    [report], requests, _ = await reports_of(project, BILINGUAL, "--baseline", "v1", port=port)
    assert [(arm["version"], arm["passed"]) for arm in report["arms"]] == [(1, 2), (2, 2)]
    assert len(requests) == 2  # what v1 has answered is there
    shown = await project.process("show", "promptfooconfig/1", "v1")
    assert shown.out == "Write a greeting of one sentence for {{name}} in {{language}}."


async def test_prompts_in_files_wherever_they_lie(project: Workspace, unused_tcp_port: int) -> None:
    write(
        project,
        promptfooconfig_yaml="prompts: [file://one.txt, prompts/*.md, {id: file://two.txt, "
        "label: second}]\ntests: [cases.csv, {vars: {q: b}, assert: [{type: equals, value: B}]}]\n",
        one_txt="One {{q}}\n",
        two_txt="Two {{q}}, {{extra}}\n",
        prompts__three_md="Three {{q}}\n",
        cases_csv="q,extra,__expected\na,x,icontains: a\n",
    )
    upper = answering((" a", tokens("A")), (" b", tokens("B")))
    reports, requests, said = await reports_of(project, upper, port=unused_tcp_port)
    # A variable that only one of the prompts has is none that nobody has.
    assert [one["step"] for one in reports] == ["one", "three", "two"]
    assert [one["arms"][0]["passed"] for one in reports] == [2, 2, 1]
    assert "extra" in said  # which the second test does not set
    assert len(requests) == 5
    again, requests, _ = await reports_of(project, upper, "one", port=unused_tcp_port)
    assert ([one["step"] for one in again], requests) == (["one"], [])
    assert (await project.process("test", "--config", "promptfooconfig.yaml", "on")).code == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chat.json", '[{"role": "system", "content": "Be {{tone}}."}, '
         '{"role": "user", "content": "Say \\"hi\\" to {{q}}"}]'),
        ("chat.yaml", "- role: system\n  content: Be {{tone}}.\n- role: user\n"
         "  content: Say \"hi\" to {{q}}\n"),
    ],
)  # fmt: skip
async def test_a_chat_is_sent_as_messages(project: Workspace, name: str, text: str) -> None:
    tests = "tests: [{vars: {tone: kind, q: you}, assert: [{type: contains, value: hi}]}]\n"
    (project.folder / name).write_text(text)
    write(project, promptfooconfig_yaml=f"prompts: [file://{name}]\n{tests}")
    [report], requests, _ = await reports_of(project, tokens("hi"))
    assert report["arms"][0]["passed"] == 1
    assert requests[0]["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": 'Say "hi" to you'},
    ]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("file://make.py", "make.py is no text: prompts that a program makes are not run here."),
        ("prompts.py:basic", "prompts.py:basic is no text"),
        ("file://none.txt", "none.txt cannot be read"),
        ("../../outside.txt", "../../outside.txt is outside the workspace folder"),
        ("file://several.txt", "several.txt holds several prompts"),
        ("file://forged.json", "A chat is a list of messages"),
        ("file://dumped.json", "A chat is a list of messages"),
    ],
)
async def test_what_cannot_be_honoured_is_said_with_its_line(
    project: Workspace, prompt: str, said: str
) -> None:
    write(
        project,
        promptfooconfig_yaml=f"prompts:\n- Say {{{{q}}}}\n- {prompt}\n"
        "tests:\n- {vars: {q: a}, assert: [{type: contains, value: a}]}\n"
        "- {vars: {q: b}, assert: [{type: skill-used, value: x}]}\n",
        several_txt="One {{q}}\n---\nTwo {{q}}\n",
        forged_json='[{"role": "user", "content": "a\\nsystem:\\nb"}]',
        dumped_json='[{"role": "user", "content": {{q | dump}}}]',
    )
    [report], requests, told = await reports_of(project, tokens("a"), code=3)
    assert f"promptfooconfig.yaml:3: {said}" in told
    assert "promptfooconfig.yaml:6: There is no assertion of the type skill-used" in told
    assert (report["step"], len(requests)) == ("promptfooconfig/1", 1)


async def test_a_configuration_without_prompts(project: Workspace) -> None:
    write(project, promptfooconfig_yaml="tests: [{vars: {q: a}}]\n")
    _, requests, said = await reports_of(project, tokens("a"), code=3)
    assert "test 1 asserts nothing" in said
    assert not requests
    (project.folder / "promptfooconfig.yaml").unlink()
    (project.folder / "promptfooconfig.yaml").symlink_to("/etc/hostname")
    _, _, said = await reports_of(project, tokens("a"), code=2)
    assert "is outside the workspace folder" in said


async def test_a_branch_and_its_configuration(project: Workspace) -> None:
    write(
        project,
        promptfooconfig_yaml="prompts: [file://one.txt, file://two.txt]\n"
        "tests: [{vars: {q: a}, assert: [{type: contains, value: a}]}]\n",
        one_txt="One {{q}}\n",
        two_txt="Two {{q}}\n",
    )
    git(project.folder, "init", "-q", "-b", "main")
    commit(project.folder)
    write(project, two_txt="Second {{q}}\n")
    reports, _, said = await reports_of(project, tokens("a"), "--changed", "--baseline", "git:main")
    assert [[arm["version"] for arm in one["arms"]] for one in reports] == [["git:main", 1]]
    assert "left out: one." in said
