"""export and import, between two folders of two people."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli.conftest import Workspace as Folder
from cli.test_log import at, logged
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings
from fourfold.store.records import Score
from support.scripted_model import scripted_model, tokens

Workspace = Any


@pytest.fixture
def other(workspace: Workspace) -> Folder:
    """The folder of somebody else, without a prompt."""
    folder = workspace.folder / "other"
    (folder / "prompts").mkdir(parents=True)
    return Folder(folder)


async def run_and_say(workspace: Workspace) -> str:
    """A run of ann's with a score and a rating; its id."""
    async with scripted_model(tokens("Hello")) as model:
        await workspace.process("run", "greet", **at(model))
    run: str = logged(workspace)[0]["id"]
    assert workspace.call("rate", run, "up", "--note", "good").exit_code == 0
    project = Project(workspace.folder, WorkspaceSettings())
    project.store.keep_scores({run: [Score(run, "0", "equals", False, True, 1.0, "is so")]})
    project.close()
    return run


def counts(answer: dict[str, Any], name: str) -> dict[str, int]:
    return {kind: one[name] for kind, one in answer.items()}


async def test_evidence_comes_once_and_says_whose_it_is(
    workspace: Workspace, other: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    workspace.versions("One.\n", "Two.\n")
    workspace.call("name", "greet", "v1", "first")
    run = await run_and_say(workspace)
    file = workspace.folder / "team.jsonl"
    wrote = workspace.call("export", str(file), "--json")
    assert json.loads(wrote.stdout) == {
        "file": str(file),
        "versions": 2,
        "runs": 1,
        "scores": 1,
        "ratings": 1,
    }
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["kind"] for line in lines] == [
        "fourfold",
        "version",
        "version",
        "run",
        "score",
        "rating",
    ]
    assert {line["by"] for line in lines if "by" in line} == {"ann"}
    printed = [json.loads(line) for line in workspace.call("export").stdout.splitlines()]
    assert printed[1:] == lines[1:]

    monkeypatch.setattr("getpass.getuser", lambda: "bob")
    found = json.loads(other.call("import", str(file), "--json").stdout)
    assert counts(found, "added") == {"versions": 2, "runs": 1, "scores": 1, "ratings": 1}
    again = json.loads(other.call("import", str(file), "--json").stdout)
    assert counts(again, "added") == dict.fromkeys(again, 0)
    assert counts(again, "known") == counts(found, "added")

    assert not other.prompt.exists()
    assert other.call("show", "greet").stdout == "Two.\n"
    (seen,) = logged(other)
    assert (seen["id"], seen["by"], seen["version"]) == (run, "ann", 1)
    assert "· by ann" in other.call("log").stdout
    shown = json.loads(other.call("show", run, "--json").stdout)
    assert (shown["response"], shown["value"]) == ("Hello", "Hello")
    assert [one["reason"] for one in shown["scores"]] == ["is so"]
    assert [(one["by"], one["note"]) for one in shown["ratings"]] == [("ann", "good")]
    assert "by ann" in other.call("show", run).stdout

    relayed = other.folder / "relayed.jsonl"
    other.call("export", str(relayed))
    assert '"by":"ann"' in relayed.read_text("utf-8").splitlines()[3]
    home = json.loads(workspace.call("import", str(relayed), "--json").stdout)
    assert counts(home, "added") == dict.fromkeys(home, 0)
    assert logged(workspace)[0]["by"] is None


async def test_an_imported_answer_stands_for_none_of_the_users_own(
    workspace: Workspace, other: Folder
) -> None:
    await run_and_say(workspace)
    file = workspace.folder / "team.jsonl"
    workspace.call("export", str(file))
    other.write("Say hello.\n")
    assert other.call("import", str(file)).exit_code == 0
    async with scripted_model(tokens("Own")) as model:
        await other.process("run", "greet", **at(model))
    assert [(run["by"] is None, run["cached"]) for run in logged(other)] == [
        (True, False),
        (False, False),
    ]


def test_texts_come_where_there_is_room_and_push_none_out(
    workspace: Workspace, other: Folder
) -> None:
    workspace.versions("1\n", "2\n", "3\n", "4\n")
    file = workspace.folder / "team.jsonl"
    workspace.call("export", str(file))
    other.versions("mine\n", "3\n", "mine too\n")
    result = other.call("import", str(file))
    assert "1 version, 0 runs" in result.stdout
    assert "2 versions left out: they have no room" in result.stderr
    listed = json.loads(other.call("list", "greet", "--json").stdout)
    assert listed["current"] == 3
    assert other.prompt.read_text("utf-8") == "mine too\n"
    texts = [other.call("show", "greet", f"v{one['number']}").stdout for one in listed["versions"]]
    assert sorted(texts) == ["3\n", "4\n", "mine\n", "mine too\n"]
    assert other.call("undo", "greet").exit_code == 0
    assert other.prompt.read_text("utf-8") == "3\n"


@pytest.mark.parametrize(
    "path", ["../x.md", "/etc/passwd", ".git/hooks/pre-commit", "prompts/other.md", "README.md"]
)
def test_a_text_goes_nowhere_but_to_the_prompt_that_it_names(
    workspace: Workspace, other: Folder, path: str
) -> None:
    workspace.versions("1\n")
    file = workspace.folder / "team.jsonl"
    workspace.call("export", str(file))
    file.write_text(file.read_text("utf-8").replace("prompts/greet.md", path), encoding="utf-8")
    found = json.loads(other.call("import", str(file), "--json").stdout)
    assert found["versions"] == {"added": 0, "known": 0, "left": 1}


def test_a_file_with_a_bad_line_is_refused_as_a_whole(workspace: Workspace, other: Folder) -> None:
    workspace.versions("1\n")
    file = workspace.folder / "team.jsonl"
    workspace.call("export", str(file))
    lines = file.read_text("utf-8").splitlines()
    for bad in ('{"kind": "run"}', lines[1].replace('1\\n"', '2\\n"')):
        file.write_text("\n".join([*lines, bad]), encoding="utf-8")
        result = other.call("import", str(file), "--json")
        assert result.exit_code == 3
        assert "Line 3" in json.loads(result.stdout)["error"]["message"]
        assert other.call("list", "--json").exit_code != 0 or "greet" not in result.stdout
    assert workspace.call("export", "--json").exit_code == 2
