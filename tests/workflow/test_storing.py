"""A database that cannot be written while the workflow runs: no response is lost, or told wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.errors import FourfoldError
from fourfold.store.errors import StoreError
from fourfold.store.sqlite import opening
from workflow.support import Bench, bench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fourfold.store.records import Run

LIMIT_S = 30
CHAIN = "steps:\n  a: {}\n  b: {inputs: {text: {step: a}}}\n  c: {inputs: {text: {step: b}}}\n"


def chain(made: Bench) -> None:
    made.configure(CHAIN)
    made.write("a", "A1")
    made.write("b", "B1 {{ text }}")
    made.write("c", "C1 {{ text }}")


@contextmanager
def locked(made: Bench) -> Iterator[None]:
    path = made.folder / ".fourfold" / "fourfold.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(made: Bench) -> Iterator[None]:
    connection = made.project.store._database.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        connection.execute("PRAGMA max_page_count = 100000")


@pytest.mark.parametrize(
    ("trouble", "said"), [(locked, "Another program holds"), (full, "The disk is full")]
)
async def test_a_response_that_cannot_be_stored_is_kept_until_it_can(
    trouble: Callable[[Bench], AbstractContextManager[None]],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    answer = "long " * 20_000
    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as made:
        chain(made)
        made.model.answer = lambda text: answer if text == "A1" else f"({text[:2]})"
        made.model.hold("A1")
        running = asyncio.create_task(made.workflow.start_workflow())
        while "A1" not in made.model.asked:
            await asyncio.sleep(0)
        await made.model.arrived["A1"].wait()
        with trouble(made):
            made.model.release("A1")
            ended = await running
        assert ended.status == "failed"
        assert (ended.error or "").startswith(f"b failed: {said}")
        assert made.model.asked == ["A1"]
    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as again:
        assert (await again.states())["a"] == "succeeded"
        (a,) = again.project.store.runs_of_version("a", 1)
        stored = again.project.store.find_run(a.id)
        assert stored is not None
        assert stored.response == f"a part{answer}"
        asked = await again.ran()
        assert [text[:2] for text in asked] == ["B1", "C1"]
        assert answer.strip() in asked[0]


async def test_a_step_gets_the_response_that_is_not_stored_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as made:
        chain(made)
        store = made.project.store
        update = store.update_run

        def refuse(run: Run) -> None:
            if run.step == "a":
                raise StoreError("The disk is full.")
            update(run)

        monkeypatch.setattr(store, "update_run", refuse)
        ended = await made.workflow.start_workflow()
        assert ended.status == "succeeded"
        assert made.model.asked == ["A1", "B1 (A1)", "C1 (B1 (A1))"]
        monkeypatch.undo()
        await made.engine.runner.close()
        assert set((await made.states()).values()) == {"succeeded"}


@pytest.mark.parametrize("method", ["begin_workflow_run", "add_step_run", "end_workflow_run"])
async def test_what_is_noted_of_a_workflow_run_cannot_be_stored(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise StoreError("The disk is full; free some space.")

    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as made:
        chain(made)
        monkeypatch.setattr(made.project.store, method, refuse)
        if method == "begin_workflow_run":
            with pytest.raises(FourfoldError, match="The disk is full"):
                await made.workflow.start_workflow()
            assert made.model.asked == []
        else:
            ended = await made.workflow.start_workflow()
            assert (ended.status, ended.error) == (
                "succeeded",
                "The disk is full; free some space.",
            )
            assert set((await made.states()).values()) == {"succeeded"}
        assert made.workflow.executions == []
        monkeypatch.undo()
        await made.ran()
        assert len(made.model.asked) == 3


async def test_the_text_of_a_version_that_goes_while_the_workflow_runs_is_run(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(LIMIT_S), bench(tmp_path) as made:
        chain(made)
        made.model.hold("A1")
        running = asyncio.create_task(made.workflow.start_workflow())
        while "A1" not in made.model.asked:
            await asyncio.sleep(0)
        await made.model.arrived["A1"].wait()
        for number in range(2, 7):
            made.write("a", f"A{number}")
            made.write("c", f"C{number} {{{{ text }}}}")
        made.model.release("A1")
        ended = await running
        assert (ended.status, ended.error) == ("succeeded", None)
        assert made.model.asked == ["A1", "B1 a part(A1)", "C1 (B1 a part(A1))"]
        kept = {one.step: one.run for one in made.project.store.step_runs(ended.id)}
        run = made.project.store.find_run(kept["c"])
        assert run is not None
        assert (run.version, run.response) == (None, "(C1 (B1 a part(A1)))")
        states = await made.states()
        assert states == {"a": "not_started", "b": "stale", "c": "stale"}
        made.model.gates.clear()
        assert [text[:2] for text in await made.ran()] == ["A6", "B1", "C6"]
