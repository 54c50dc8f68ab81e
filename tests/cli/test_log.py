"""log, and show for a run: what was made can be found again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.scripted_model import scripted_model, status, tokens

Workspace = Any
SUMMARY = {"id", "step", "version", "status", "errorKind", "tries", "uri"}


def at(model: Any) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}


def logged(workspace: Workspace, *arguments: str) -> list[dict[str, Any]]:
    result = workspace.call("log", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    shape: dict[str, list[dict[str, Any]]] = json.loads(result.stdout)
    assert list(shape) == ["runs"]
    return shape["runs"]


async def test_runs_are_listed_newest_first_of_all_steps_or_of_one(workspace: Workspace) -> None:
    other = workspace.folder / "prompts" / "other.md"
    other.write_text("Other.\n")
    workspace.versions("One.\n", "Two.\n")
    async with scripted_model(tokens("1"), tokens("2"), status(401, "No"), tokens("4")) as model:
        for line in (["greet", "v1"], ["other"], ["greet", "v2"], ["greet", "v1", "--fresh"]):
            await workspace.process("run", *line, **at(model))
    runs = logged(workspace)
    assert [(run["step"], run["version"]) for run in runs] == [
        ("greet", 1),
        ("greet", 2),
        ("other", 1),
        ("greet", 1),
    ]
    assert set(runs[0]) >= SUMMARY
    assert [run["status"] for run in runs] == ["succeeded", "failed", "succeeded", "succeeded"]
    assert [run["id"] for run in logged(workspace, "greet", "--limit", "2")] == [
        runs[0]["id"],
        runs[1]["id"],
    ]
    assert [run["step"] for run in logged(workspace, "prompts/other.md")] == ["other"]

    lines = workspace.call("log").stdout.splitlines()
    assert lines[0].split() == ["Run", "Step", "Version", "Model", "Started", "Result"]
    assert [line.split()[0] for line in lines[1:]] == [run["id"] for run in runs]
    assert "failed: " in lines[2]

    other.unlink()
    assert [run["step"] for run in logged(workspace, "other")] == ["other"]


def test_a_folder_without_runs_says_so_and_stays_as_it_is(workspace: Workspace) -> None:
    result = workspace.call("log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "`fourfold run STEP`" in result.stderr
    assert logged(workspace) == []
    assert not (workspace.folder / ".fourfold").exists()
    assert workspace.call("log", "--limit", "0").exit_code == 2
    assert workspace.call("log", "nothing").exit_code == 2


async def test_a_run_is_shown_with_what_was_sent_and_what_came_back(workspace: Workspace) -> None:
    (workspace.folder / "prompts" / "workflow.yaml").write_text(
        "steps: {greet: {response: {kind: json, retries: 1}, options: {temperature: 0.5}}}\n"
    )
    answer = '{"größe": [1, null]}'
    async with scripted_model(tokens("no JSON"), tokens(answer)) as model:
        await workspace.process("workflow", "run", **at(model))
    newest, first = logged(workspace)
    shown = json.loads(workspace.call("show", newest["id"], "--json").stdout)
    assert set(shown) == {
        *newest,
        "messages",
        "parameters",
        "response",
        "value",
        "scores",
        "ratings",
    }
    assert {name: shown[name] for name in newest} == newest
    assert shown["messages"][0] == {"role": "user", "content": "Say hello.\n"}
    assert shown["parameters"]["temperature"] == 0.5
    assert (shown["response"], shown["value"]) == (answer, {"größe": [1, None]})
    assert [one["id"] for one in shown["tries"]] == [first["id"]]

    document = workspace.call("show", newest["id"]).stdout
    for part in ("## Response", "## Result", "## Tries before it", first["id"], "Say hello."):
        assert part in document
    failed = json.loads(workspace.call("show", first["id"], "--json").stdout)
    assert (failed["errorKind"], failed["response"], failed["value"]) == ("misfit", "no JSON", None)


async def test_a_step_comes_before_a_run_of_the_same_name(workspace: Workspace) -> None:
    async with scripted_model(tokens("Yes")) as model:
        await workspace.process("run", "greet", **at(model))
    (run,) = logged(workspace)
    (workspace.folder / "prompts" / f"{run['id']}.md").write_text("A step.\n")
    assert workspace.call("show", run["id"]).stdout == "A step.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["0123456789abcdef"], "no run 0123456789abcdef"),
        (["abcdefabcdefabcd"], "no step abcdefabcdefabcd"),
    ],
)
def test_what_is_neither_a_step_nor_a_run_is_refused(
    workspace: Workspace, arguments: list[str], sentence: str
) -> None:
    result = workspace.call("show", *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


async def test_a_run_has_no_versions(workspace: Workspace) -> None:
    async with scripted_model(tokens("Yes")) as model:
        await workspace.process("run", "greet", **at(model))
    result = workspace.call("show", logged(workspace)[0]["id"], "v1")
    assert result.exit_code == 2
    assert "is a run of v1" in result.stderr
