"""check: what is wrong, for people, programs and CI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

Workspace = Any


def problems(result: Result) -> list[tuple[str, int, str, str]]:
    """(path, line from 1, severity, code) of each problem."""
    return [
        (one["path"], one["range"]["start"]["line"] + 1, one["severity"], one["code"])
        for one in json.loads(result.stdout)["problems"]
    ]


def test_nothing_wrong_is_exit_code_0_and_leaves_the_folder_as_it_is(workspace: Workspace) -> None:
    result = workspace.call("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Nothing is wrong.\n")
    assert problems(workspace.call("check", "--json")) == []
    assert not (workspace.folder / ".fourfold").exists()


@pytest.fixture
def broken(workspace: Workspace, configured: Callable[[str], None]) -> Workspace:
    folder, prompts = workspace.folder, workspace.folder / "prompts"
    workspace.write("Fine.\n\nHällo {{ name\n")
    (prompts / "greet.txt").write_text("The same id.\n")
    (prompts / "bytes.md").write_bytes(b"ok\n\xff")
    (prompts / "old.prompty").write_text("---\nmodel: gpt-5\n---\nuser:\nHi\n")
    (prompts / "README.md").write_text("No prompt.\n")
    (prompts / "workflow.yaml").write_text("steps:\n  greet: {}\n  gret: {}\n")
    (folder / "fourfold.toml").write_text(
        'versionOnSafe = "never"\nconcurrency = 0\nfolders = ["prompts", "nowhere"]\n'
    )
    configured('[models.fast]\nendpoint = 1\n[modles.slow]\nendpoint = "https://a.example"\n')
    return workspace


def test_everything_that_is_wrong_is_found_where_it_is(broken: Workspace) -> None:
    from fourfold.settings import user_file

    result = broken.call("check", "--json")
    assert result.exit_code == 1
    own, found = str(user_file()), problems(result)
    for expected in [
        ("prompts/greet.md", 3, "error", "jinja-syntax"),
        ("prompts/greet.md", 1, "warning", "same-id"),
        ("prompts/greet.txt", 1, "warning", "same-id"),
        ("prompts/bytes.md", 1, "error", "unreadable"),
        ("prompts/old.prompty", 2, "warning", "model"),
        ("fourfold.toml", 1, "warning", "setting"),
        ("fourfold.toml", 2, "warning", "setting"),
        ("fourfold.toml", 3, "warning", "folder"),
        (own, 1, "error", "model"),
        (own, 3, "warning", "setting"),
    ]:
        assert expected in found
    assert [one[1] for one in found if one[0] == "prompts/workflow.yaml"] == [3]
    messages = [one["message"] for one in json.loads(result.stdout)["problems"]]
    assert any("did you mean versionOnSave?" in one for one in messages)
    assert any("did you mean models?" in one for one in messages)


def test_tests_are_held_against_their_prompt_and_the_prompt_against_its_tests(
    workspace: Workspace,
) -> None:
    """As an editor marks them: each at its place."""
    prompts = workspace.folder / "prompts"
    workspace.write("Greet {{ name }} in {{ city }}.\n")
    assert workspace.call("save", "greet").exit_code == 0
    workspace.write("Greet {{ name }}.\n")
    assert workspace.call("save", "greet").exit_code == 0
    (prompts / "greet.tests.yaml").write_text(
        "- vars: {city: Rome, nmae: [Bo, Di]}\n  assert: [{type: contains, value: x}]\n"
        "- vars: {name: Bo}\n  asserts: []\n"
        "- vars: {city: Oslo}\n  assert: [{type: equals, value: 'file://none.txt'}]\n"
    )
    (prompts / "other.md").write_text("Hi {{ name }}\n")
    (prompts / "other.tests.csv").write_bytes(b"name,__expected\n\xff,x\n")
    result = workspace.call("check", "--json")
    assert result.exit_code == 1
    found = [one for one in problems(result) if one[2] != "information"]
    assert found == [
        ("prompts/greet.md", 1, "warning", "dropped-variable"),
        ("prompts/greet.tests.yaml", 1, "error", "unknown-variable"),
        ("prompts/greet.tests.yaml", 4, "error", "unknown-key"),
        ("prompts/greet.tests.yaml", 6, "error", "file"),
        ("prompts/other.tests.csv", 1, "error", "unreadable"),
    ]
    messages = [one["message"] for one in json.loads(result.stdout)["problems"]]
    assert "v2 drops {{city}}, which 2 tests set." in messages
    assert (
        "No version of greet has the variable nmae, and no assertion uses it: did you mean name?"
        in messages
    )


def test_an_information_alone_is_nothing_wrong(workspace: Workspace) -> None:
    (workspace.folder / "prompts" / "_draft.md").write_text("No prompt.\n")
    result = workspace.call("check")
    assert result.exit_code == 0
    assert ": information: " in result.stdout


def test_text_has_a_line_for_each_that_terminals_can_follow(broken: Workspace) -> None:
    result = broken.call("check")
    assert result.exit_code == 1
    first = next(line for line in result.stdout.splitlines() if "jinja-syntax" in line)
    assert first.startswith(f"{broken.prompt}:3:")
    assert ": error: " in first
    assert result.stderr.splitlines()[-1].endswith("warnings.")


def test_some_prompts_alone_can_be_checked(broken: Workspace) -> None:
    result = broken.call("check", "old", "prompts/bytes.md", "--json")
    assert result.exit_code == 1
    assert {one[0] for one in problems(result)} == {"prompts/old.prompty", "prompts/bytes.md"}
    assert broken.call("check", "nothing").exit_code == 2


def test_a_folder_of_the_settings_that_is_not_there_is_wrong_without_prompts_too(
    workspace: Workspace,
) -> None:
    workspace.prompt.unlink()
    workspace.prompt.parent.rmdir()
    (workspace.folder / "fourfold.toml").write_text('folders = ["nowhere"]')
    result = workspace.call("check", "--json")
    assert result.exit_code == 1
    assert problems(result) == [("fourfold.toml", 1, "warning", "folder")]


def test_github_gets_annotations_with_paths_of_the_repository(broken: Workspace) -> None:
    (broken.folder.parent / ".git").mkdir()
    try:
        lines = broken.call("check", "--format", "github").stdout.splitlines()
    finally:
        (broken.folder.parent / ".git").rmdir()
    at = f"{broken.folder.name}/prompts/greet.md"
    (line,) = [line for line in lines if "jinja-syntax" in line]
    assert line.startswith(f"::error file={at},line=3,col=")
    assert "title=Fourfold%3A jinja-syntax::" in line
    assert "{%25 raw %25}" in line
    assert any(line.startswith("::warning file=") for line in lines)


def test_sarif_has_rules_levels_and_places(broken: Workspace) -> None:
    result = broken.call("check", "--format", "sarif")
    log = json.loads(result.stdout)
    assert (result.exit_code, log["version"]) == (1, "2.1.0")
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for one in run["results"]:
        assert rules[one["ruleIndex"]] == one["ruleId"]
        assert one["level"] in ("error", "warning", "note")
        assert one["message"]["text"]
        (place,) = one["locations"]
        artifact = place["physicalLocation"]["artifactLocation"]
        assert ("uriBaseId" in artifact) == (not artifact["uri"].startswith("file:"))
        region = place["physicalLocation"]["region"]
        assert min(region.values()) >= 1
        start, end = (
            (region["startLine"], region["startColumn"]),
            (
                region["endLine"],
                region["endColumn"],
            ),
        )
        assert start <= end
    base = run["originalUriBaseIds"]["%SRCROOT%"]["uri"]
    assert base == f"{broken.folder.as_uri()}/"


def test_configurations_of_promptfoo_are_looked_at_too(workspace: Workspace) -> None:
    workspace.write("Greet {{ name }}.\n")
    (workspace.folder / "cases.jsonl").write_text(
        '{"vars": {"name": "Bo"}, "assert": [{"type": "is-json"}]}\n'
        '{"vars": {"nam": "Bo"}, "assert": [{"type": "is-json"}]}\n'
    )
    config = workspace.folder / "promptfooconfig.yaml"
    config.write_text("prompts: [prompts/greet.md]\ntests:\n  - cases.jsonl\n  - asert: []\n")
    found = problems(workspace.call("check", "--json"))
    assert [one for one in found if one[2] == "error"] == [
        ("cases.jsonl", 2, "error", "unknown-variable"),
        ("promptfooconfig.yaml", 4, "error", "unknown-key"),
    ]
    config.write_text("prompts: ['Say {{ it }}']\nscenarios: []\n")
    assert workspace.call("check").exit_code == 0
