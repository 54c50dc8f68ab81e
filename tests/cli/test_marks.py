"""undo, pin and name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Workspace = Any
TEXTS = ("One.\n", "Two and more.\n", "3\n", "Four.\n")


def numbers(result: Result) -> list[int]:
    """The numbers in a VersionList, newest first."""
    return [version["number"] for version in json.loads(result.stdout)["versions"]]


def save(workspace: Workspace, *texts: str) -> None:
    """Gives `greet` these versions, as its user saves them."""
    for text in texts:
        workspace.write(text)
        assert workspace.call("save", "greet").exit_code == 0


def test_undo_brings_back_what_a_change_pushed_out(workspace: Workspace) -> None:
    save(workspace, *TEXTS)
    workspace.write("Five, which costs one.\n")
    saved = workspace.call("save", "greet", "--json")
    (gone,) = json.loads(saved.stdout)["pushedOut"]
    assert numbers(saved) == [5, 4, 3, 2]
    assert gone == {"number": 1, "runs": 0}
    undone = workspace.call("undo", "greet", "--json")
    assert numbers(undone) == [4, 3, 2, 1]
    assert json.loads(undone.stdout)["current"] == 4
    assert workspace.prompt.read_text() == "Four.\n"

    workspace.call("use", "greet", "v2")
    result = workspace.call("undo", "greet")
    assert result.stdout == "v4 of greet is current again, and greet.md has its text.\n"
    assert workspace.prompt.read_text() == "Four.\n"


@pytest.mark.parametrize("command", [["list"], ["list", "greet", "--json"], ["log"]])
def test_what_a_change_on_disk_has_pushed_out_is_said(
    workspace: Workspace, command: list[str]
) -> None:
    save(workspace, *TEXTS)
    workspace.write("Five, from another program.\n")
    result = workspace.call(*command)
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "greet was changed on disk, which is v5 now; v1 went to make room (`fourfold undo greet` "
        "brings it back).\n"
    )
    assert "went" not in workspace.call(*command).stderr


def test_undo_overwrites_no_text_that_no_version_has(workspace: Workspace) -> None:
    save(workspace, *TEXTS)
    workspace.folder.joinpath("fourfold.toml").write_text('versionOnSave = "never"\n')
    workspace.write("Not kept.\n")
    result = workspace.call("undo", "greet")
    assert result.exit_code == 3
    assert "`fourfold save greet` first" in result.stderr
    assert workspace.prompt.read_text() == "Not kept.\n"


def test_undo_without_a_change_says_so(workspace: Workspace) -> None:
    result = workspace.call("undo", "greet")
    assert result.exit_code == 3
    assert "nothing to undo for greet" in result.stderr


def test_a_pinned_version_stays(workspace: Workspace) -> None:
    save(workspace, *TEXTS)
    result = workspace.call("pin", "greet", "v1")
    assert result.stdout == "v1 of greet is pinned, and stays until it is unpinned.\n"
    save(workspace, "Five.\n", "Six.\n", "Seven.\n")
    listed = workspace.call("list", "greet", "--json")
    assert numbers(listed) == [7, 6, 5, 1]
    assert [one["pinned"] for one in json.loads(listed.stdout)["versions"]] == [False] * 3 + [True]
    rows = workspace.call("list", "greet").stdout.splitlines()
    assert rows[-1].split()[:2] == ["v1", "pinned"]
    assert "v1, v5–v7" in workspace.call("list").stdout

    assert workspace.call("pin", "greet", "v5").exit_code == 0
    third = workspace.call("pin", "greet", "v6")
    assert third.exit_code == 2
    assert "unpin v1 or v5 first" in third.stderr
    assert "not pinned any more" in workspace.call("pin", "greet", "v1", "--off").stdout
    save(workspace, "Eight.\n")
    assert numbers(workspace.call("list", "greet", "--json")) == [8, 7, 6, 5]


def test_a_version_has_a_name(workspace: Workspace) -> None:
    save(workspace, *TEXTS)
    result = workspace.call("name", "greet", "v2", "  the polite\none ")
    assert result.stdout == "v2 of greet is “the polite one” now.\n"
    assert "“the polite one”" in workspace.call("list", "greet").stdout
    shape = json.loads(workspace.call("name", "greet", "v2", "", "--json").stdout)
    assert [one["name"] for one in shape["versions"]] == [None] * 4
    assert workspace.call("name", "greet", "v2", "x" * 81).exit_code == 2


@pytest.mark.parametrize("command", [["pin", "greet", "v9"], ["name", "greet", "v9", "x"]])
def test_an_unknown_version_is_refused(command: list[str], workspace: Workspace) -> None:
    workspace.versions("One.\n")
    result = workspace.call(*command)
    assert result.exit_code == 2
    assert "has no v9; kept are v1" in result.stderr
