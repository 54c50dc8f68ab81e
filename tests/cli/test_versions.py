"""list, show, diff, use and save."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from fourfold.cli.main import make_cli
from fourfold.errors import FourfoldError
from fourfold.project.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

Workspace = Any


def numbers(result: Result) -> list[int]:
    """The numbers in a VersionList, newest first."""
    return [version["number"] for version in json.loads(result.stdout)["versions"]]


def test_list_shows_an_edit_as_a_version(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    result = workspace.call("list", "greet")
    lines = result.stdout.splitlines()
    assert lines[0].split()[:4] == ["Version", "Saved", "Cause", "Words"]
    assert lines[1].startswith("v2       current")
    assert "changed on disk" in lines[1]
    assert lines[2].startswith("v1")
    assert "first seen" in lines[2]


def test_list_without_step_shows_all_steps_in_the_order_of_the_workflow(
    workspace: Workspace,
) -> None:
    for name in ("a", "z"):
        (workspace.folder / "prompts" / f"{name}.md").write_text(name)
    (workspace.folder / "prompts" / "workflow.yaml").write_text("steps: {z: {}, greet: {}}")
    rows = workspace.call("list").stdout.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["z", "greet", "a"]


def test_json_of_list_is_the_version_list_that_editors_get(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    shape = json.loads(workspace.call("list", "greet", "--json").stdout)
    assert shape["step"] == "greet"
    assert shape["current"] == 2
    assert shape["cap"] == 4
    assert shape["uri"] == workspace.prompt.as_uri()
    assert shape["versions"][0]["uri"].startswith("fourfold:/")
    assert json.loads(workspace.call("list", "--json").stdout) == {"steps": [shape]}


def test_nothing_is_put_into_a_folder_that_has_no_prompts(tmp_path: Path) -> None:
    result = CliRunner().invoke(make_cli(sys.exit, sys.exit), ["list", "--folder", str(tmp_path)])
    assert result.exit_code == 3
    assert "There are no prompts in" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_whose_prompts_are_gone_lists_none(workspace: Workspace) -> None:
    workspace.prompt.unlink()
    assert "There are no prompts yet" in workspace.call("list").stderr
    assert json.loads(workspace.call("list", "--json").stdout) == {"steps": []}


def test_a_file_that_cannot_be_read_stops_no_other(workspace: Workspace) -> None:
    (workspace.folder / "prompts" / "bad.md").write_bytes(b"\xff\xfe\x00")
    result = workspace.call("list")
    assert result.exit_code == 0
    assert "bad.md is a binary file" in result.stderr
    assert "greet" in result.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["save", "greet"],
        ["use", "greet", "v1"],
        ["undo", "greet"],
        ["run", "greet"],
        ["workflow", "run", "--yes"],
    ],
)
def test_a_file_that_somebody_goes_on_writing_to_is_refused_once(
    workspace: Workspace, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.versions("One.\n", "Two.\n")
    workspace.write("Thr")
    monkeypatch.setattr("fourfold.versions.reader.LEFT_ALONE_SECONDS", 60.0)
    result = workspace.call(*command)
    assert result.exit_code == 3
    assert result.stderr == (
        "Error: greet.md is being written by another program, so its text was left alone; try "
        "again when that is done.\n"
    )
    assert numbers(workspace.call("list", "greet", "--json")) == [2, 1]
    assert workspace.prompt.read_text() == "Thr"


def test_what_is_in_the_file_is_what_runs_an_empty_text_too(workspace: Workspace) -> None:
    for text in ("", "Two.\n"):
        workspace.write(text)
        assert workspace.call("save", "greet").exit_code == 0
    workspace.write("")
    assert json.loads(workspace.call("list", "greet", "--json").stdout)["current"] == 2
    result = workspace.call("run", "greet")
    assert result.exit_code == 3
    assert "The text in greet.md is now v1." in result.stderr
    assert json.loads(workspace.call("list", "greet", "--json").stdout)["current"] == 1


def test_show_prints_a_version_exactly(workspace: Workspace) -> None:
    workspace.versions("One, ohne Zeilenende", "Two → 2.\n")
    assert workspace.call("show", "greet", "v1").stdout == "One, ohne Zeilenende"
    assert workspace.call("show", "greet", "2").stdout == "Two → 2.\n"
    assert workspace.call("show", "greet").stdout == "Two → 2.\n"


def test_json_of_show_is_the_version_with_its_text(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    shape = json.loads(workspace.call("show", "greet", "v1", "--json").stdout)
    assert (shape["label"], shape["current"], shape["text"]) == ("v1", False, "One.\n")


def test_diff_is_a_unified_diff_with_exit_code_1(workspace: Workspace) -> None:
    lines = [f"line {n}\n" for n in range(20)]
    workspace.versions("".join(lines), "".join([*lines[:9], "other\n", *lines[10:], "more"]))
    result = workspace.call("diff", "greet", "v1", "v2")
    assert result.exit_code == 1
    assert result.stdout == (
        "--- greet v1\n+++ greet v2\n"
        "@@ -7,7 +7,7 @@\n line 6\n line 7\n line 8\n-line 9\n+other\n"
        " line 10\n line 11\n line 12\n"
        "@@ -18,3 +18,4 @@\n line 17\n line 18\n line 19\n+more\n\\ No newline at end of file\n"
    )


def test_diff_of_what_does_not_differ_says_nothing(workspace: Workspace) -> None:
    workspace.versions("One.\n")
    result = workspace.call("diff", "greet", "1", "1")
    assert (result.exit_code, result.output) == (0, "")
    shape = json.loads(workspace.call("diff", "greet", "1", "1", "--json").stdout)
    assert shape == {"step": "greet", "versions": [1, 1], "differ": False, "diff": ""}


def test_use_writes_the_file(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    result = workspace.call("use", "greet", "v1")
    assert result.exit_code == 0
    assert result.stdout == "v1 of greet is current, and greet.md has its text.\n"
    assert workspace.prompt.read_text() == "One.\n"
    assert numbers(workspace.call("list", "greet", "--json")) == [2, 1]


def test_use_brings_a_deleted_file_back(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    workspace.prompt.unlink()
    assert workspace.call("use", "greet", "v1").exit_code == 0
    assert workspace.prompt.read_text() == "One.\n"


def test_use_makes_a_version_of_an_edit_before_it_goes(workspace: Workspace) -> None:
    workspace.versions("One.\n")
    workspace.write("Edited.\n")
    assert workspace.call("use", "greet", "v1").exit_code == 0
    assert workspace.call("show", "greet", "v2").stdout == "Edited.\n"


def test_use_never_overwrites_text_that_no_version_has(workspace: Workspace) -> None:
    (workspace.folder / "fourfold.toml").write_text('versionOnSave = "never"')
    workspace.versions("One.\n")
    workspace.write("Two.\n")
    assert workspace.call("save", "greet").exit_code == 0
    workspace.write("Not kept.\n")
    result = workspace.call("use", "greet", "v1")
    assert result.exit_code == 3
    assert "`fourfold save greet`" in result.stderr
    assert workspace.prompt.read_text() == "Not kept.\n"
    shape = json.loads(workspace.call("list", "greet", "--json").stdout)
    assert shape["current"] == 2


@pytest.mark.parametrize("command", [("use", "greet", "v1"), ("undo", "greet")])
def test_where_the_file_cannot_be_written_nothing_changes(
    command: tuple[str, ...], workspace: Workspace
) -> None:
    workspace.versions("One.\n", "Two.\n")
    workspace.prompt.chmod(0o444)
    result = workspace.call(*command)
    assert result.exit_code == 3
    assert "could not be written (it is read-only)" in result.stderr
    assert workspace.prompt.read_text() == "Two.\n"
    assert json.loads(workspace.call("list", "greet", "--json").stdout)["current"] == 2
    workspace.prompt.chmod(0o644)
    assert workspace.call(*command).exit_code == 0
    assert workspace.prompt.read_text() == "One.\n"


@pytest.mark.parametrize(
    ("command", "change"), [(("use", "greet", "v1"), "switch"), (("undo", "greet"), "undo")]
)
def test_where_the_history_cannot_be_changed_the_file_is_as_before(
    command: tuple[str, ...], change: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.versions("One.\n", "Two and more.\n")

    def refuse(*_: object) -> None:
        raise FourfoldError("The disk is full.")

    monkeypatch.setattr(Project, change, refuse)
    result = workspace.call(*command)
    assert (result.exit_code, result.stderr) == (3, "Error: The disk is full.\n")
    assert workspace.prompt.read_text() == "Two and more.\n"


def test_save_says_what_it_did(workspace: Workspace) -> None:
    (workspace.folder / "fourfold.toml").write_text('versionOnSave = "never"')
    said = []
    for text in ("One", "Two", "Two", "Three", "Four", "Five"):
        workspace.write(text)
        said.append(workspace.call("save", "greet").stdout)
    assert said == [
        "v1 of greet is new and current.\n",
        "v2 of greet is new and current.\n",
        "v2 of greet has this text already, and is current.\n",
        "v3 of greet is new and current.\n",
        "v4 of greet is new and current.\n",
        "v5 of greet is new and current; v1 went to make room (`fourfold undo greet` brings it "
        "back).\n",
    ]
    workspace.write("Three")
    said_last = workspace.call("save", "greet").stdout
    assert said_last == "v3 of greet has this text already, and is current now.\n"
    assert numbers(workspace.call("save", "greet", "--json")) == [5, 4, 3, 2]


def test_a_rename_keeps_the_history(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    workspace.prompt.rename(workspace.prompt.with_name("hello.md"))
    assert numbers(workspace.call("list", "hello", "--json")) == [2, 1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "nope"], "there is no step nope; there are greet."),
        (["show", "../greet"], "there is no step ../greet; did you mean greet?"),
        (["show", "greet", "v9"], "greet has no v9; kept are v1."),
        (["use", "greet", "v9"], "greet has no v9; kept are v1."),
        (["diff", "greet", "v1", "v9"], "greet has no v9; kept are v1."),
        (["run", "greet", "v9"], "greet has no v9; kept are v1."),
        (["compare", "greet"], "greet has only v1; change the prompt and save it"),
        (["show", "greet", "newest"], "'newest' is no version: write it like v3."),
        (["run", "greet", "--versions", "v0"], "'v0' is no version: write it like v3."),
        (["run", "greet", "--input", "name"], "'name' has no value: write NAME=VALUE."),
        (["run", "greet", "--repeat", "21"], "1<=x<=20"),
    ],
)
def test_wrong_use_is_exit_code_2_and_names_what_there_is(
    workspace: Workspace, arguments: list[str], sentence: str
) -> None:
    result = workspace.call(*arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_no_folder_is_exit_code_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(make_cli(sys.exit, sys.exit), ["list"])
    assert result.exit_code == 3
    assert f"There are no prompts in {tmp_path}" in result.stderr


def test_the_nearest_folder_upwards_is_taken(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.prompt.parent)
    result = CliRunner().invoke(make_cli(sys.exit, sys.exit), ["list", "--json"])
    assert [one["step"] for one in json.loads(result.stdout)["steps"]] == ["greet"]


def test_settings_that_are_passed_over_are_told(workspace: Workspace) -> None:
    (workspace.folder / "fourfold.toml").write_text("concurrency = 1000")
    result = workspace.call("list", "--json")
    assert "concurrency" in result.stderr
    json.loads(result.stdout)


def test_an_error_of_its_own_shows_no_traceback_and_no_text(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Project, "all_steps", lambda self: {}["sk-secret"])
    result = workspace.call("list")
    assert result.exit_code == 3
    assert "Traceback" not in result.output
    assert "sk-secret" not in result.output
    assert "KeyError" in result.stderr


def test_control_characters_reach_a_pipe_but_no_terminal(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write("\x1b]0;owned\x07Hi\n")
    assert workspace.call("show", "greet").stdout == "\x1b]0;owned\x07Hi\n"
    monkeypatch.setattr("fourfold.cli.stream.Stream.isatty", lambda stream: True)
    assert workspace.call("show", "greet").stdout == "<U+001B>]0;owned<U+0007>Hi\n"
