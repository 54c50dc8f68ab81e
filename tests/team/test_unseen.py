"""What others have answered is marked with its author wherever it is, and reaches no file of the
workspace, no later step and no process before somebody has seen it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.testing.saving import test_of_run as of_run
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings
from lsp.support.prompt import refusal
from lsp.support.start import start_client
from support.scripted_model import scripted_model, tokens
from team.test_live import OBSERVER
from team.test_workers import asked, ended, start, working

if TYPE_CHECKING:
    from pathlib import Path

    from support.postgres import Cluster
    from team.conftest import Person

ANSWER = "Take this.\n\n```python path=conftest.py\nprint('owned')\n```\n"
TESTS = "```python path=test_it.py\ndef test_it():\n    assert True\n```\n"
WORKFLOW = "steps:\n  code:\n    response: {kind: code, folder: out}\n"
NO_FILES = "has no response whose files could be written"


def tree(folder: Path) -> dict[str, bytes]:
    """What is in the workspace, but for what Fourfold keeps."""
    return {
        place: file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not (place := file.relative_to(folder).as_posix()).startswith(".fo")
    }


def board_of(page: Path) -> dict[str, Any]:
    """What a board's file shows."""
    found = re.search(r'id="board">([^<]+)<', page.read_text("utf-8"))
    assert found is not None
    board: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return board


async def done(person: Person, model: Any, *arguments: str, code: int = 0) -> tuple[str, str]:
    process = await start(person, model, *arguments)
    out, err = await process.communicate()
    assert process.returncode == code, (arguments, out, err)
    return out.decode(), err.decode()


@pytest.fixture
def coders(ann: Person, bob: Person) -> tuple[Person, Person]:
    """ann and bob, with a step whose response is code."""
    for person in (ann, bob):
        (person.folder / "prompts" / "workflow.yaml").write_text(WORKFLOW)
        person.write("Write code.\n", "code")
    return ann, bob


async def test_a_response_of_the_teams_is_shown_with_its_author_and_written_nowhere(
    coders: tuple[Person, Person], tmp_path: Path
) -> None:
    ann, bob = coders
    async with scripted_model(tokens(ANSWER)) as model:
        await done(ann, model, "run", "code")
        ann.json("team", "sync")
        bob.json("team", "sync")
        ((run, by),) = bob.runs().items()
        assert by == "ann"
        before = tree(bob.folder)
        whole = json.loads((await done(bob, model, "show", run, "--json"))[0])
        assert (whole["by"], whole["value"], whole["response"]) == ("ann", ANSWER, ANSWER)
        for command in (("list", "code"), ("log",), ("show", run)):
            assert "by ann" in (await done(bob, model, *command))[0]
        for command in (("check",), ("workflow", "show"), ("render", "code")):
            await done(bob, model, *command)
        for more in ((), ("--yes",)):
            refused = await done(bob, model, "workflow", "write", "code", *more, code=3)
            assert NO_FILES in refused[1]
        exported = tmp_path / "given.jsonl"
        await done(bob, model, "export", str(exported))
        lines = [json.loads(line) for line in exported.read_text().splitlines()]
        assert [line["by"] for line in lines if line["kind"] == "run"] == ["ann"]
        page = tmp_path / "board.html"
        await done(bob, model, "report", "code", "--html", str(page))
        (arm,) = board_of(page)["arms"]
        assert [(one["by"], one["response"]) for one in arm["runs"]] == [("ann", ANSWER)]

        async with start_client(OBSERVER, [bob.folder], bob.environment) as client:
            uri = client.open(bob.folder / "prompts" / "code.md", "markdown")
            error = await refusal(client.run("fourfold.writeFiles", uri=uri, run=run))
            assert "holds no files" in error.message
            error = await refusal(client.run("fourfold.writeFiles", uri=uri))
            assert NO_FILES in error.message
            shown = await client.run("fourfold.showResponse", uri=uri)
            text = await client.read(shown["uri"])
            assert text.startswith("> Answer of v1, by ann:")
        assert tree(bob.folder) == before
        assert len(asked(model)) == 1


async def test_an_answer_that_is_reused_is_no_result_of_the_workflow(
    coders: tuple[Person, Person], cluster: Cluster, database: str
) -> None:
    ann, bob = coders
    bob.configure(cluster.address(database), "reuse = true")
    async with scripted_model(tokens(ANSWER)) as model:
        await done(ann, model, "run", "code")
        ann.json("team", "sync")
        bob.json("team", "sync")
        before = tree(bob.folder)
        _, told = await done(bob, model, "run", "code")
        assert "by ann" in told
        assert len(asked(model)) == 1
        refused = await done(bob, model, "workflow", "write", "code", "--yes", code=3)
        assert NO_FILES in refused[1]
        out, _ = await done(bob, model, "workflow", "run", "--json")
        assert [run["by"] for run in json.loads(out)["runs"]] == [None]
        assert len(asked(model)) == 2
        shown, _ = await done(bob, model, "workflow", "write", "code", code=1)
        assert "+print('owned')" in shown
        assert tree(bob.folder) == before


async def test_what_a_worker_of_others_has_answered_is_run_by_nobody_and_stands_for_tests_alone(
    coders: tuple[Person, Person], cluster: Cluster, database: str, tmp_path: Path
) -> None:
    ann, bob = coders
    config = bob.home / "config" / "fourfold" / "config.toml"
    address = cluster.address(database)
    config.write_text(f'runTests = true\n[team]\ndatabase = "{address}"\n')
    bob.write("Write tests.\n", "test_generation")
    for step in ("code", "test_generation"):
        cases = [{"assert": [{"type": "contains", "value": "path="}]}]
        (bob.folder / "prompts" / f"{step}.tests.json").write_text(json.dumps(cases))
    async with scripted_model(tokens(ANSWER), tokens(TESTS), tokens(ANSWER)) as model:
        async with working(ann, model):
            for step in ("code", "test_generation"):
                report, told = await ended(
                    await start(bob, model, "test", step, "--workers", "--json")
                )
                assert (report["arms"][0]["passed"], report["arms"][0]["by"]) == (1, "ann")
        whole = bob.json("show", bob.json("log", "test_generation")["runs"][0]["id"])
        assert [file["path"] for file in whole["value"]["files"]] == ["test_it.py"]
        assert "tests" not in whole["value"]
        junit = tmp_path / "junit.xml"
        _, told = await done(bob, model, "test", "code", "--junit", str(junit))
        assert "Some answers of v1 are by ann." in told
        assert '<property name="by" value="ann" />' in junit.read_text("utf-8")
        assert len(asked(model)) == 2
        refused = await done(bob, model, "workflow", "write", "code", "--yes", code=3)
        assert NO_FILES in refused[1]
        out, _ = await done(bob, model, "workflow", "run", "--until", "code", "--json")
        assert [run["by"] for run in json.loads(out)["runs"]] == [None]
        assert len(asked(model)) == 3


def test_a_test_that_is_made_of_what_another_has_run_says_so(ann: Person, bob: Person) -> None:
    run = ann.run(inputs={"word": "x"})
    ann.json("team", "sync")
    bob.json("team", "sync")
    with closing(Project(bob.folder, WorkspaceSettings())) as project:
        added = of_run(project, project.step_file("greet"), run, lambda _: None)
    assert added.name.startswith("as v2 was run by ann, ")
