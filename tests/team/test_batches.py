"""Batches that were left on one machine and are collected on another."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cli.test_batches import environment, good
from cli.test_testing import some_tests
from support.batch_services import batch_service

if TYPE_CHECKING:
    from pathlib import Path

    from support.batch_services import BatchService
    from support.postgres import Cluster
    from team.conftest import Person

Rows = Any
LIMIT = 60.0
TEXTS = ("Bad {{topic}}\n", "Good {{topic}}\n")


def with_tests(person: Person) -> Person:
    for text in TEXTS:
        person.write(text)
    tests = person.folder / "prompts" / "greet.tests.yaml"
    tests.write_text(some_tests(3), encoding="utf-8")
    return person


ASK = ("test", "greet", "--batch", "--json", "--versions")


async def start(person: Person, service: BatchService) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "fourfold", *ASK, "v3,v4" if person.name == "bob" else "v2,v3"),
        *("--folder", str(person.folder)),
        env={**os.environ, **person.environment, **environment(service)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def killed_while_it_waits(person: Person, service: BatchService) -> None:
    service.polls = 10**6
    process = await start(person, service)
    left = len(service.submitted) + 1
    await asyncio.to_thread(service.wait_for, lambda: len(service.submitted) == left)
    await asyncio.to_thread(service.wait_for, lambda: bool(service.submitted[-1].polls))
    process.kill()
    await process.communicate()
    service.polls = 0


async def collected(person: Person, service: BatchService) -> tuple[Any, str]:
    process = await start(person, service)
    async with asyncio.timeout(LIMIT):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    [report] = json.loads(out)["reports"]
    return report, err.decode()


@pytest.fixture
def elsewhere(ann: Person, tmp_path: Path) -> Person:
    """ann on another machine, as the team knows her."""
    home, folder = tmp_path / "laptop" / "home", tmp_path / "laptop" / "checkout"
    (folder / "prompts").mkdir(parents=True)
    other = replace(ann, home=home, folder=folder)
    configuration = ann.home / "config" / "fourfold" / "config.toml"
    (home / "config" / "fourfold").mkdir(parents=True)
    (home / "config" / "fourfold" / "config.toml").write_text(configuration.read_text())
    other.write("Say hello.\n")
    made = other.call("team", "init")
    assert made.exit_code == 0, made.output
    return with_tests(other)


async def test_another_machine_collects_what_was_left_here(
    ann: Person, elsewhere: Person, rows: Rows
) -> None:
    with_tests(ann)
    with batch_service(good) as service:
        await killed_while_it_waits(ann, service)
        assert rows("SELECT batch, octet_length(names) FROM batches") == [("batch_0", 96)]
        report, told = await collected(elsewhere, service)
    assert "6 calls of scripted are there in 1 batch" in told
    assert len(service.submitted) == 1
    assert [(arm["passed"], arm["by"]) for arm in report["arms"]] == [(0, None), (3, None)]
    assert rows("SELECT count(*) FROM batches") == [(0,)]


async def test_a_batch_of_another_person_stands_where_that_is_allowed(
    ann: Person, bob: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    with_tests(ann)
    with_tests(bob)
    with batch_service(good) as service:
        await killed_while_it_waits(ann, service)
        # A stranger's words about a batch, which the provider does not know.
        rows(
            "INSERT INTO batches SELECT 'forged', 'eve', endpoint, model, names, created, "
            "changed, file, 'batch_99' FROM batches"
        )
        rows(
            "INSERT INTO batches SELECT 'odd' || moment, 'eve', endpoint, model, names, "
            "moment::timestamptz, changed, file, 'batch_98' FROM batches, "
            "unnest(ARRAY['infinity', '-infinity', '20000-01-01', '0044-03-15 BC']) AS moment "
            "WHERE key <> 'forged'"
        )
        report, _ = await collected(bob, service)
        assert {arm["by"] for arm in report["arms"]} == {None}
        assert len(service.submitted) == 2
        bob.configure(cluster.address(database), "reuse = true")
        for person in (ann, bob):
            tests = person.folder / "prompts" / "greet.tests.yaml"
            tests.write_text(some_tests(4), encoding="utf-8")
        await killed_while_it_waits(ann, service)
        report, _ = await collected(bob, service)
        assert {arm["by"] for arm in report["arms"]} == {"ann"}
        assert (report["calls"], report["cached"]) == (2, 6)
        assert [len(batch.requests) for batch in service.submitted] == [6, 6, 2]
        rows("UPDATE batches SET batch = 'mine'", "bob")
        assert rows("SELECT batch FROM batches WHERE author = 'ann' ORDER BY 1") == [
            ("batch_0",),
            ("batch_2",),
        ]


async def test_a_team_that_is_gone_keeps_nobody_from_a_batch(
    ann: Person, elsewhere: Person, cluster: Cluster
) -> None:
    with_tests(ann)
    ann.configure(cluster.address("nowhere"))
    with batch_service(good) as service:
        report, told = await collected(ann, service)
    assert "Until then other machines do not see what is left with providers." in told
    assert [arm["passed"] for arm in report["arms"]] == [0, 3]
