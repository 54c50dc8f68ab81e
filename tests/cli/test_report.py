"""report: the board as a file, from what was really saved and run."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any

from support.scripted_model import scripted_model, tokens

Workspace = Any


def board_in(html: str) -> Any:
    (data,) = re.findall(r'id="board">([\w+/=]*)</script>', html)
    return json.loads(gzip.decompress(base64.b64decode(data)))


async def test_a_report_holds_versions_runs_and_scores(workspace: Workspace) -> None:
    workspace.versions("Say hello.\n", "Say hello to Ada.\n", "Say hello to Bob.\n")
    tests = "- description: greets\n  assert: [{type: contains, value: Hello}]\n"
    workspace.prompt.with_suffix(".tests.yaml").write_text(tests, encoding="utf-8")
    async with scripted_model(tokens("Hello", " **you**")) as model:
        environment = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
        for command in (["run", "greet", "v1", "v3"], ["test", "greet", "--versions", "v2,v3"]):
            ended = await workspace.process(*command, OPENAI_MODEL="scripted", **environment)
            assert ended.code == 0, ended.err
    file = workspace.folder / "board.html"
    written = await workspace.process("report", "--html", str(file))
    assert (written.code, written.out) == (0, "")
    board = board_in(file.read_text("utf-8"))
    assert (board["step"], board["current"], board["uri"]) == (
        "greet",
        3,
        workspace.prompt.as_uri(),
    )
    assert [(arm["version"]["label"], arm["text"]) for arm in board["arms"]] == [
        ("v1", "Say hello.\n"),
        ("v2", "Say hello to Ada.\n"),
        ("v3", "Say hello to Bob.\n"),
    ]
    answers = [[run["response"] for run in arm["runs"]] for arm in board["arms"]]
    assert answers == [["Hello **you**"], [], ["Hello **you**"]]
    assert [arm["version"] for arm in board["report"]["arms"]] == [2, 3]
    assert [(arm["runs"], arm["passed"]) for arm in board["report"]["arms"]] == [(1, 1), (1, 1)]
    (score,) = board["results"][0]["scores"]
    assert [(one["version"], one["test"]) for one in board["results"]] == [
        (2, "greets"),
        (3, "greets"),
    ]
    assert (score["passed"], score["assertion"]["type"]) == (True, "contains")


async def test_an_unknown_report_is_refused(workspace: Workspace) -> None:
    ended = await workspace.process("report", "greet", "--id", "nothing", "--html", "board.html")
    assert ended.code == 2
    assert "no test report nothing" in ended.err
    assert not (workspace.folder / "board.html").exists()


async def test_without_a_step_it_is_the_one_that_was_run_last(workspace: Workspace) -> None:
    other = workspace.prompt.with_name("other.md")
    other.write_text("Say more.\n", encoding="utf-8")
    file = workspace.folder / "board.html"
    assert (await workspace.process("report", "--html", str(file))).code == 0
    assert board_in(file.read_text("utf-8"))["step"] == "greet"
    async with scripted_model(tokens("More")) as model:
        environment = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
        await workspace.process("run", "other", OPENAI_MODEL="scripted", **environment)
    assert (await workspace.process("report", "--html", str(file))).code == 0
    assert board_in(file.read_text("utf-8"))["step"] == "other"


async def test_what_cannot_be_written_is_said(workspace: Workspace) -> None:
    ended = await workspace.process("report", "greet", "--html", "nowhere/board.html")
    assert ended.code == 3
    assert "nowhere/board.html could not be read or written" in ended.err
