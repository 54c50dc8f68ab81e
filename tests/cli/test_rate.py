"""rate: what people say of runs, and where it is seen."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from cli.test_testing import at
from support.scripted_model import scripted_model, tokens

Workspace = Any


async def run_once(workspace: Workspace) -> str:
    async with scripted_model(tokens("Hello")) as model:
        ended = await workspace.process("run", "greet", "--json", **at(model))
    identity: str = json.loads(ended.out)["runs"][0]["id"]
    return identity


def shown(workspace: Workspace, run: str) -> list[Any]:
    called = workspace.call("show", run, "--json")
    ratings: list[Any] = json.loads(called.output)["ratings"]
    return ratings


async def test_the_last_rating_of_a_person_counts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await run_once(workspace)
    assert shown(workspace, run) == []
    monkeypatch.setattr("getpass.getuser", lambda: "alice")
    called = workspace.call("rate", run, "up", "--note", " short *and* good ", "--json")
    assert json.loads(called.output) == {"run": run, "rating": 1, "note": "short *and* good"}
    monkeypatch.setattr("getpass.getuser", lambda: "bob")
    assert workspace.call("rate", run, "up").output == f"{run} is rated up.\n"
    assert workspace.call("rate", run, "down").output == f"{run} is rated down.\n"
    first, second = shown(workspace, run)
    assert (first["by"], first["rating"], first["note"]) == ("alice", 1, "short *and* good")
    assert (second["by"], second["rating"], second["note"]) == ("bob", -1, "")
    assert first["created"] <= second["created"]
    document = workspace.call("show", run).output
    assert "## Ratings\n\n- 👍 alice, " in document
    assert "short \\*and\\* good\n- 👎 bob, " in document
    assert workspace.call("rate", run, "clear").exit_code == 0
    assert [one["by"] for one in shown(workspace, run)] == ["alice"]


async def test_a_note_may_stand_without_a_rating(workspace: Workspace) -> None:
    run = await run_once(workspace)
    called = workspace.call("rate", run, "clear", "--note", "odd", "--json")
    assert json.loads(called.output)["rating"] == 0
    assert [(one["rating"], one["note"]) for one in shown(workspace, run)] == [(0, "odd")]


async def test_a_rating_goes_with_its_run(workspace: Workspace) -> None:
    run = await run_once(workspace)
    assert workspace.call("rate", run, "up").exit_code == 0
    with closing(sqlite3.connect(workspace.folder / ".fourfold" / "fourfold.db")) as database:
        database.execute("DELETE FROM runs")
        assert database.execute("SELECT count(*) FROM ratings").fetchone() == (0,)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing", "up"], "there is no run nothing; `fourfold log` lists"),
        (["RUN", "sideways"], "'sideways' is not one of"),
        (["RUN", "up", "--note", "x" * 2001], "more than 2,000 characters"),
        (["greet", "up"], "there is no run greet"),
    ],
)
async def test_wrong_use(workspace: Workspace, arguments: list[str], said: str) -> None:
    run = await run_once(workspace)
    called = workspace.call("rate", *(run if one == "RUN" else one for one in arguments))
    assert called.exit_code == 2
    assert said in called.output
