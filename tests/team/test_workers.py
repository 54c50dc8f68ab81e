"""Calls of a matrix that other processes make, whatever happens to any of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.workers.desk import Desk
from fourfold.app.workers.opening import open_worker
from fourfold.project.opening import open_team
from fourfold.settings import WorkspaceSettings
from fourfold.store.facts import Call
from fourfold.user.secret import Secret
from support.scripted_model import Exchange, Gate, scripted_model, status, tokens
from team.test_live import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.postgres import Cluster
    from team.conftest import Person

Rows = Any
LIMIT = 60.0
TESTS = 6


@pytest.fixture
def tested(ann: Person) -> Person:
    """ann, with two versions and tests of which the second version passes all."""
    (ann.folder / "prompts" / "greet.md").write_text("Say {{word}} badly.\n")
    ann.call("list", "greet")
    ann.write("Say {{word}} well.\n")
    cases = [
        {"vars": {"word": f"w{n}"}, "assert": [{"type": "contains", "value": "well"}]}
        for n in range(TESTS)
    ]
    (ann.folder / "prompts" / "greet.tests.json").write_text(json.dumps(cases))
    return ann


def environment(person: Person, model: Any) -> dict[str, str]:
    of_model = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
    return {**os.environ, **person.environment, **of_model}


async def start(person: Person, model: Any, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "fourfold", *arguments, "--folder", str(person.folder)),
        env=environment(person, model),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def working(
    person: Person, model: Any, *more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker, ready."""
    process = await start(person, model, "worker", *more)
    try:
        assert process.stderr is not None
        async with asyncio.timeout(LIMIT):
            while b"Working for" not in await process.stderr.readline():
                pass
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


ASK = ("test", "--workers", "--versions", "v2,v3", "--json")


async def ended(process: asyncio.subprocess.Process) -> tuple[Any, str]:
    """The report that a process printed, and what it said."""
    async with asyncio.timeout(LIMIT):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    (report,) = json.loads(out)["reports"]
    return report, err.decode()


async def echo(exchange: Exchange) -> None:
    """Answers with what it was asked."""
    asked = exchange.request.json["messages"][-1]["content"]
    await tokens(asked)(exchange)


def asked(model: Any) -> list[str]:
    return [one.json["messages"][-1]["content"] for one in model.requests if one.method == "POST"]


def open_calls(rows: Rows) -> int:
    return int(rows("SELECT count(*) FROM calls WHERE answer IS NULL")[0][0])


async def test_workers_of_several_people_make_the_calls_and_the_verdict_is_the_same(
    tested: Person, bob: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    async with scripted_model(echo) as model, working(tested, model), working(bob, model) as his:
        report, told = await ended(await start(tested, model, *ASK))
        assert (report["calls"], report["stopped"]) == (2 * TESTS, "done")
        assert [arm["passed"] for arm in report["arms"]] == [0, TESTS]
        assert sorted(asked(model)) == sorted(set(asked(model)))
        assert len(asked(model)) == 2 * TESTS
        assert "paid twice" not in told
        again, _ = await ended(await start(tested, model, *ASK[:1], *ASK[2:]))
        assert (again["calls"], again["cached"]) == (0, 2 * TESTS)
        made = dict(rows("SELECT answered_by::text, count(*) FROM calls GROUP BY 1"))
        assert sum(made.values()) == 2 * TESTS
        runs = tested.json("log", "--limit", "50")["runs"]
        whose = [run["by"] for run in runs]
        assert whose.count("bob") == made.get("bob", 0)
        assert all(run["durationMs"] < 5_000 for run in runs)
        his.terminate()
        async with asyncio.timeout(LIMIT):
            assert await his.wait() == 143


async def test_who_asks_and_who_works_can_be_killed_and_connections_lost(
    tested: Person, bob: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    gate = Gate()

    async def held(exchange: Exchange) -> None:
        await gate.wait()
        await echo(exchange)

    async with scripted_model(held) as model, AsyncExitStack() as stack:
        first = await stack.enter_async_context(working(bob, model, "--concurrency", "3"))
        asking = await start(tested, model, *ASK)
        await until(lambda: len(asked(model)) == 3, "the first worker is at work")
        await until(lambda: open_calls(rows) == 2 * TESTS, "all calls are in the queue")
        asking.kill()
        await asking.wait()
        first.kill()  # with three calls in flight
        await first.wait()
        # Time passes: its leases end.
        rows("UPDATE calls SET lease = now() - interval '1 s' WHERE lease IS NOT NULL")
        gate.open()
        await stack.enter_async_context(working(bob, model))
        await until(lambda: open_calls(rows) == 0, "the second worker has made all calls")
        assert cluster.cut(database) >= 1
        report, told = await ended(await start(tested, model, *ASK))
        assert [arm["passed"] for arm in report["arms"]] == [0, TESTS]
        assert len(set(asked(model))) == 2 * TESTS
        assert len(asked(model)) == 2 * TESTS + 3  # only what was in flight
        assert "3 calls may have been paid twice" in told
        runs = tested.json("log", "--limit", "50")["runs"]
        assert sum("paid more than once" in " ".join(run["adjustments"]) for run in runs) == 3


async def test_what_was_answered_while_the_database_was_gone_is_not_paid_again(
    tested: Person, bob: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    gate = Gate()
    answered: list[str] = []

    async def held(exchange: Exchange) -> None:
        await gate.wait()
        await echo(exchange)
        answered.append("")

    few = ("--concurrency", "2")
    async with scripted_model(held) as model, working(bob, model, *few) as his:
        asking = await start(tested, model, *ASK)
        await until(lambda: len(asked(model)) == 2, "his worker is at work")
        for name, value in environment(tested, model).items():
            tested.patch.setenv(name, value)
        # As if the database were gone for long.
        tested.patch.setattr("fourfold.app.workers.worker._LONG_GONE_SECONDS", 0.0)
        address = Secret(cluster.address(database))
        async with open_worker(WorkspaceSettings(), address, "checkout", None, print) as hers:
            serving = asyncio.create_task(hers.serve())
            await until(lambda: len(asked(model)) == 2 * TESTS, "hers too")
            rows("UPDATE calls SET lease = now() + interval '0.2 s'")
            await asyncio.to_thread(cluster.stop)
            gate.open()
            await until(lambda: len(answered) == 2 * TESTS, "all are answered")
            his.send_signal(signal.SIGSTOP)
            await asyncio.to_thread(cluster.start)
            of_hers = "SELECT count(*) FROM calls WHERE answer IS NOT NULL"
            await until(lambda: rows(of_hers) == [(2 * TESTS - 2,)], "she has brought hers")
            his.send_signal(signal.SIGCONT)
            report, told = await ended(asking)
            serving.cancel()
            await asyncio.wait((serving,))
    assert [arm["passed"] for arm in report["arms"]] == [0, TESTS]
    assert len(asked(model)) == 2 * TESTS
    assert "paid twice" not in told


async def test_a_cancelled_matrix_leaves_nothing_in_the_queue(
    tested: Person, bob: Person, rows: Rows
) -> None:
    gate = Gate()

    async def held(exchange: Exchange) -> None:
        await gate.wait()
        await echo(exchange)

    async with scripted_model(held) as model, working(bob, model, "--concurrency", "1") as worker:
        asking = await start(tested, model, *ASK)
        await until(lambda: len(asked(model)) == 1, "the worker is at work")
        await until(lambda: open_calls(rows) == 2 * TESTS, "all calls are in the queue")
        asking.terminate()
        async with asyncio.timeout(LIMIT):
            await asking.communicate()
        assert open_calls(rows) == 1
        worker.terminate()  # which gives back what it has
        async with asyncio.timeout(LIMIT):
            await worker.communicate()
        assert rows("SELECT lease, tries FROM calls") == [(None, 0)]


async def test_a_call_that_takes_long_stays_its_workers_until_another_has_it(
    tested: Person, bob: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    gone = asyncio.Event()

    async def never(exchange: Exchange) -> None:
        await exchange.until_closed()
        gone.set()

    async with scripted_model(never) as model:
        for name, value in environment(bob, model).items():
            bob.patch.setenv(name, value)
        bob.patch.setattr("fourfold.app.workers.worker._BEAT_SECONDS", 0.05)
        address = Secret(cluster.address(database))
        with closing(open_team(address, "checkout")) as team:
            team.offer([Call("x", "scripted", '{"messages": []}')])
            async with open_worker(WorkspaceSettings(), address, "checkout", None, print) as one:
                serving = asyncio.create_task(one.serve())
                await until(lambda: len(model.requests) > 0, "it is asked")
                rows("UPDATE calls SET lease = now() + interval '1 s'")
                long = "SELECT 1 FROM calls WHERE lease > now() + interval '20 s'"
                await until(lambda: rows(long) != [], "its lease is as long as before")
                assert team.work("another", (), 5, ()) == (0, [])
                rows("UPDATE calls SET worker = 'another'")
                async with asyncio.timeout(LIMIT):
                    await gone.wait()
                serving.cancel()
                await asyncio.wait((serving,))
    assert rows("SELECT worker, answer FROM calls") == [("another", None)]


async def test_what_one_worker_is_refused_all_wait_for(
    tested: Person, bob: Person, rows: Rows
) -> None:
    async with scripted_model(status(429, "No", {"retry-after": "30"}), echo) as model:
        async with working(bob, model, "--concurrency", "1"):
            asking = await start(tested, model, *ASK)
            await until(lambda: rows("SELECT 1 FROM pauses") != [], "the pause is told")
        async with working(tested, model, "--concurrency", "1"):
            await until(
                lambda: rows("SELECT 1 FROM calls WHERE tries > 0 AND lease > now()") != [],
                "the second worker has calls",
            )
            assert len(asked(model)) == 1
            tested.patch.setenv("OPENAI_API_KEY", "another")
            async with working(tested, model, "--concurrency", "1"):
                await until(lambda: len(asked(model)) > 1, "one with another key need not wait")
            rows("UPDATE pauses SET until = now()")
        asking.kill()
        await asking.wait()


async def test_calls_that_are_none_and_answers_that_are_forged(
    tested: Person, bob: Person, rows: Rows
) -> None:
    async with scripted_model(echo) as model:
        rows("INSERT INTO calls (request, model, body) VALUES ('x', 'scripted', 'no JSON')", "bob")
        rows("INSERT INTO pauses VALUES ('y', 'infinity'), ('z', '200000-01-01')", "bob")
        async with working(bob, model):
            await until(lambda: open_calls(rows) == 0, "the bad call is answered")
        ((answer, by),) = rows("SELECT answer, answered_by::text FROM calls")
        assert (json.loads(answer)["error_kind"], by) == ("bad_request", "bob")
        rows("UPDATE calls SET answer = 'forged', answered_by = 'ann'", "ann")
        assert rows("SELECT answered_by::text FROM calls") == [("bob",)]
        assert rows("SELECT count(*) FROM calls WHERE answer = 'forged'") == [(0,)]


def test_what_is_private_is_not_sent_to_workers(
    tested: Person, cluster: Cluster, database: str
) -> None:
    tested.write("---\nmetadata: {fourfold: {private: true}}\n---\nSay {{word}} well.\n")
    refused = tested.call("test", "--workers")
    assert refused.exit_code == 3
    assert "private" in refused.stderr
    tested.configure(cluster.address(database), 'share = "scores"')
    refused = tested.call("test", "--workers")
    assert refused.exit_code == 3
    assert "without --workers" in refused.stderr
    tested.call("team", "leave")
    assert tested.call("worker").exit_code == 3


async def test_who_asks_where_nobody_works_is_told_so_once(
    ann: Person, cluster: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfold.app.workers.desk._LONG_SECONDS", 0.0)
    monkeypatch.setattr("fourfold.app.workers.desk._TURNS_BETWEEN_LOOKS", 5)
    ann.be()
    told: list[str] = []
    desk = Desk(lambda: open_team(Secret(cluster.address(database)), "checkout"), told.append)
    asking = asyncio.create_task(desk.ask(Call("x", "m", "{}")))
    await until(lambda: bool(told), "it is said")
    asking.cancel()
    await desk.close()
    assert told == [told[0]]
    assert "`fourfold worker` makes them" in told[0]
