"""What a team knows of a text is seen wherever the text is: whose it is, and when it was found."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

from fourfold.app.answers.tests import TestReport
from fourfold.app.board import make_board
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings
from lsp.support.start import start_client
from support.scripted_model import Exchange, Gate, scripted_model
from team.test_live import LIMIT, OBSERVER
from team.test_workers import ASK, TESTS, asked, echo, ended, start, tested, working

if TYPE_CHECKING:
    from support.postgres import Cluster
    from team.conftest import Person

__all__ = ["tested"]

Rows = Any


def pull(ann: Person, other: Person) -> None:
    """The texts travel: the prompt's versions come one after the other, with their tests."""
    shutil.copy(ann.folder / "prompts" / "greet.tests.json", other.folder / "prompts")
    for version in ("v2", "v3"):
        other.write(ann.call("show", "greet", version).stdout)


async def test_a_report_is_seen_in_every_list_with_its_author(
    tested: Person, bob: Person, cluster: Cluster, database: str
) -> None:
    async with scripted_model(echo) as model:
        report, _ = await ended(await start(tested, model, "test", "--versions", "v2,v3", "--json"))
    tested.json("team", "sync")
    bob.json("team", "sync")
    (early,) = bob.json("report", "greet")["reports"]
    assert all(str(arm["version"]).startswith("text ") for arm in early["arms"])
    pull(tested, bob)
    bob.json("team", "sync")

    (theirs,) = bob.json("report", "greet")["reports"]
    assert (theirs["by"], theirs["id"]) == ("ann", report["id"])
    assert [arm["version"] for arm in theirs["arms"]] == [3, 4]  # as bob's folder counts them
    assert [arm["by"] for arm in theirs["arms"]] == ["ann", "ann"]
    assert [arm["passed"] for arm in theirs["arms"]] == [0, TESTS]
    assert "By ann, just now." in bob.call("report", "greet", "--format", "markdown").stdout
    newest = bob.json("list", "greet")["versions"][0]["tested"]
    assert [(one["by"], one["runs"], one["sameTests"]) for one in newest] == [("ann", TESTS, True)]
    for listing in ("list",), ("list", "greet"):
        assert "100 % (43–100) by ann, just now" in bob.call(*listing).stdout
    with closing(Project(bob.folder, WorkspaceSettings())) as project:
        board = make_board(project, project.step_file("greet"), "", lambda _: None)
    assert isinstance(board.report, TestReport)
    assert (board.report.by, board.testing) == ("ann", None)

    cases = json.loads((bob.folder / "prompts" / "greet.tests.json").read_text("utf-8"))
    (bob.folder / "prompts" / "greet.tests.json").write_text(json.dumps(cases[1:]))
    assert bob.json("list", "greet")["versions"][0]["tested"][0]["sameTests"] is False
    async with scripted_model(echo) as model:
        own, _ = await ended(await start(bob, model, "test", "--versions", "v4", "--json"))
    newest = bob.json("list", "greet")["versions"][0]["tested"]
    assert [one["by"] for one in newest] == [None, "ann"]
    assert bob.json("report", "greet")["reports"][0]["id"] == own["id"]
    bob.configure(cluster.address(database), 'ignore = ["ann"]')
    bob.json("team", "sync")
    assert [one["by"] for one in bob.json("list", "greet")["versions"][0]["tested"]] == [None]


async def test_a_matrix_is_watched_while_workers_make_its_calls(
    tested: Person, bob: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    pull(tested, bob)
    gate = Gate()

    async def held(exchange: Exchange) -> None:
        if "w5" in exchange.request.json["messages"][-1]["content"]:
            await gate.wait()
        await echo(exchange)

    async with (
        scripted_model(held) as model,
        working(tested, model),
        start_client(OBSERVER, [bob.folder], bob.environment) as client,
    ):
        client.limit = LIMIT
        uri = client.open(bob.folder / "prompts" / "greet.md", "markdown")
        await client.lenses(uri)
        asking = await start(tested, model, *ASK)
        told = await client.notified("fourfold/testsChanged", lambda news: news["goesOn"])
        assert told["uri"] == uri
        opened = await client.run("fourfold.openBoard", uri=uri)
        assert opened
        await client.notified(
            "fourfold/testsChanged",
            lambda news: rows("SELECT count(*) FROM calls WHERE answer IS NOT NULL") == [(10,)],
        )
        running = await client.run("fourfold.testReport", uri=uri)
        assert (running["by"], running["stopped"]) == ("ann", "cancelled")
        gate.open()
        await client.notified("fourfold/testsChanged", lambda news: not news["goesOn"])
        report, _ = await ended(asking)
        assert len(asked(model)) == 2 * TESTS

        async def lens() -> list[str]:
            found = await client.lenses(uri)
            return [lens.command.title for lens in found if lens.command]

        async with asyncio.timeout(LIMIT):
            while not any("by ann, just now" in title for title in await lens()):
                await asyncio.sleep(0.05)
        (title,) = [title for title in await lens() if "by ann, just now" in title]
        assert title.startswith("v4 100 % (43–100) on 6 tests · ")
        whole = await client.run("fourfold.testReport", uri=uri)
        assert (whole["id"], whole["stopped"]) == (report["id"], "done")
        listed = await client.run("fourfold.listVersions", uri=uri)
        assert [one["by"] for one in listed["versions"][0]["tested"]] == ["ann"]
        document = await client.run("fourfold.showTestReport", uri=uri)
        assert document["uri"]
