"""Workers stop as soon as it is certain, and nothing is lost whatever happens to anybody."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from support.scripted_model import scripted_model
from team.matrix_of_workers import Scene, carried_out
from team.test_live import until
from team.test_workers import asked, echo, ended, open_calls, start, tested, working

if TYPE_CHECKING:
    from pathlib import Path

    from support.postgres import Cluster
    from team.conftest import Person

__all__ = ["tested"]

Rows = Any
MANY = 400


async def test_what_is_certain_stops_all_workers(tested: Person, bob: Person, rows: Rows) -> None:
    """Of 800 calls some dozens prove it: what no worker has is taken back, and neither counted nor
    made."""
    cases = [
        {"vars": {"word": f"w{n}"}, "assert": [{"type": "contains", "value": "well"}]}
        for n in range(MANY)
    ]
    (tested.folder / "prompts" / "greet.tests.json").write_text(json.dumps(cases))
    async with scripted_model(echo) as model, working(tested, model), working(bob, model):
        until_certain = ("--versions", "v2,v3", "--until", "certain", "--json")
        report, _ = await ended(await start(tested, model, "test", "--workers", *until_certain))
        assert report["stopped"] == "certain"
        made = len(asked(model))
        assert report["calls"] == made < MANY
        assert [arm["missing"] for arm in report["arms"]] == [0, 0]
        assert open_calls(rows) == 0
    assert len(asked(model)) == made  # no worker has begun another
    evidence = rows("SELECT count(*) FROM evidence WHERE kind = 'run'")
    assert evidence == [(made,)]  # nothing of what was not made has gone up


async def test_who_takes_back_takes_nothing_from_another_who_asked_the_same(
    tested: Person, bob: Person, rows: Rows
) -> None:
    for file in ("greet.md", "greet.tests.json"):
        text = (tested.folder / "prompts" / file).read_text("utf-8")
        (bob.folder / "prompts" / file).write_text(text)
    bob.call("list", "greet")
    async with scripted_model(echo) as model:
        ask = ("test", "--workers", "--json", "--versions")
        hers = await start(tested, model, *ask, "v3")
        await until(lambda: open_calls(rows) == 6, "she has asked")
        his = await start(bob, model, *ask, "v3")
        await until(lambda: rows(BOB_WAITS) != [], "he waits for the same")
        hers.terminate()
        await hers.communicate()
        await until(lambda: rows("SELECT DISTINCT asked_by::text FROM calls") == [("bob",)], "his")
        async with working(bob, model):
            report, _ = await ended(his)
    assert report["arms"][0]["passed"] == len(asked(model)) == 6


BOB_WAITS = (
    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT request%' "
    "AND datname = current_database() AND usename = 'bob'"
)


@pytest.mark.timeout(300)
async def test_nothing_is_lost_whoever_is_killed(tmp_path: Path, cluster: Cluster) -> None:
    """Workers, connections, who asks, and the server itself, one after the other."""
    calls = 240

    async def trouble(scene: Scene) -> None:
        made = scene.outcome.endpoint.made

        def past(share: float) -> bool:
            return len(made) >= share * calls

        kinds = (scene.kill_worker, scene.cut, scene.kill_who_asks, scene.restart_server)
        for place, kind in enumerate(kinds):
            await until(lambda place=place: past(0.15 * (place + 1)), "it goes on")  # type: ignore[misc]
            scene.outcome.trouble[kind.__name__] += 1
            await kind()
            if kind == scene.kill_worker:  # time passes: what the dead had is another's
                await asyncio.to_thread(scene.rows, EXPIRED)
        await asyncio.Event().wait()

    found = await carried_out(tmp_path, cluster, calls, 30.0, trouble=trouble)
    assert found.trouble.total() == 4
    assert found.open_calls == 0
    assert [(arm["runs"], arm["missing"]) for arm in found.report["arms"]] == [(calls // 2, 0)] * 2
    assert [arm["passed"] for arm in found.report["arms"]] == [0, calls // 2]
    made = found.endpoint.made
    assert len(made) == calls
    assert made.total() - calls <= found.taken_again


EXPIRED = "UPDATE calls SET lease = now() WHERE lease IS NOT NULL"
