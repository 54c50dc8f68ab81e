"""report: what tests came to is kept, also of a matrix that was stopped or killed."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from cli.test_testing import (
    GOOD,
    LIMIT,
    TWO,
    answering,
    at,
    port_of,
    report_of,
    some_tests,
    write_tests,
)
from support.scripted_model import scripted_model, status, tokens

if TYPE_CHECKING:
    from support.scripted_model import Exchange

Workspace = Any

AT_ONCE = 64


def reports(workspace: Workspace, *arguments: str) -> list[Any]:
    called = workspace.call("report", *arguments, "--json")
    assert called.exit_code == 0, called.output
    found: list[Any] = json.loads(called.output)["reports"]
    return found


async def test_the_last_report_is_what_the_test_printed(workspace: Workspace) -> None:
    workspace.versions(*TWO, "Worse {{topic}}\n")
    write_tests(workspace, some_tests(6) + "- vars: {topic: x}\n  assert: [{type: nope}]\n")
    script = answering(("Bad t1", status(503)), ("Good t2", tokens("no")), ("Good", tokens("yes!")))
    async with scripted_model(script) as model:
        first = await report_of(workspace, model, "--max-calls", "9", code=3)
        second = await report_of(
            workspace, model, "--repeat", "2", "--baseline", "v2", "--models", "a,scripted", code=3
        )
    assert reports(workspace) == reports(workspace, "greet") == [second]
    assert reports(workspace, "greet", "--id", first["id"]) == [first]
    assert (first["stopped"], second["stopped"]) == ("budget", "done")
    text = workspace.call("report", "greet").output
    assert text.rstrip().endswith(second["sentence"])
    markdown = workspace.call("report", "greet", "--format", "markdown").output
    assert markdown.startswith("## greet\n")
    assert "There is no assertion of the type nope" in markdown


async def test_an_early_end_and_a_gone_run_are_kept(workspace: Workspace) -> None:
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(40))
    async with scripted_model(GOOD) as model:
        report = await report_of(workspace, model, "--until", "certain")
    assert report["stopped"] == "certain"
    assert reports(workspace) == [report]
    with closing(sqlite3.connect(workspace.folder / ".fourfold" / "fourfold.db")) as database:
        database.execute("DELETE FROM runs")
        database.commit()
    [kept] = reports(workspace)
    assert kept["pairs"] == report["pairs"]
    assert [arm["durationMs"] for arm in kept["arms"]] == [None, None]


async def test_the_newest_reports_stay(workspace: Workspace) -> None:
    workspace.versions(TWO[1])
    write_tests(workspace, some_tests(1))
    async with scripted_model(GOOD) as model:
        made = [await report_of(workspace, model) for _ in range(12)]
    assert reports(workspace, "greet", "--id", made[-1]["id"]) == [made[-1]]
    called = workspace.call("report", "greet", "--id", made[0]["id"])
    assert (called.exit_code, made[0]["id"] in called.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 3, "There is no test report yet"),
        (["greet"], 2, "greet has no test report yet; run `fourfold test greet`."),
        (["nothing"], 2, "nothing has no test report yet"),
        (["--id", "x"], 2, "--id needs STEP"),
    ],
)
def test_without_a_report(workspace: Workspace, arguments: list[str], code: int, said: str) -> None:
    workspace.versions(TWO[1])
    called = workspace.call("report", *arguments)
    assert called.exit_code == code
    assert said in called.output


@pytest.mark.parametrize("seed", range(3))
async def test_killed_at_random_moments_it_goes_on_without_paying_again(
    workspace: Workspace, seed: int
) -> None:
    """Only what was under way at a kill may be asked again; nobody could know of it."""
    chance = random.Random(seed)
    workspace.versions(*TWO)
    write_tests(workspace, some_tests(30))
    answered: list[str] = []

    async def script(exchange: Exchange) -> None:
        await asyncio.sleep(chance.uniform(0, 0.02))
        await GOOD(exchange)
        answered.append(exchange.request.json["messages"][-1]["content"])

    kills, port = 0, 0
    for _ in range(4):
        async with scripted_model(script, port=port) as model:
            port = port_of(model)
            process = await workspace.start("test", "greet", "--json", **at(model))
            wanted = chance.randrange(1, 20)
            waiting = asyncio.ensure_future(model.exchange(wanted))
            ending = asyncio.ensure_future(process.wait())
            await asyncio.wait((waiting, ending), return_when=asyncio.FIRST_COMPLETED)
            if not ending.done():
                process.kill()
                kills += 1
            async with asyncio.timeout(LIMIT):
                await process.communicate()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        [report] = reports(workspace)
        assert report["stopped"] == ("cancelled" if process.returncode else "done")
    async with scripted_model(script, port=port) as model:
        report = await report_of(workspace, model, "greet")
        assert report["calls"] == len(model.requests) == 60 - report["cached"]
        assert [arm["runs"] for arm in report["arms"]] == [30, 30]
        again = await report_of(workspace, model, "greet")
    assert (again["calls"], again["cached"]) == (0, 60)
    assert len(set(answered)) == 60
    assert len(answered) - 60 <= kills * AT_ONCE
