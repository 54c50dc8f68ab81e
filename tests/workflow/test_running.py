"""Running the workflow: order, feeding, reuse, failures, cancellation."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from fourfold.app.answers.workflow import WorkflowDocument
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.store.records import WorkflowRun
from fourfold.workflow.plan import WorkflowRequest
from workflow.support import Bench, Model, bench, failure

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.store.records import Run

CHAIN = """
name: Chain
steps:
  a:
    steps:
      b:
        inputs:
          text: {step: a}
  c:
    inputs:
      text: {step: a/b}
  d: {}
"""


def chain(made: Bench) -> None:
    made.configure(CHAIN)
    made.write("a", "A1")
    made.write("a/b", "B1 {{ text }}")
    made.write("c", "C1 {{ text }}")
    made.write("d", "D1")


async def test_a_step_is_named_by_the_path_of_its_file_too(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        first, then = "prompts/a/b.md", "prompts/c.md"
        chosen = {"start": first, "until": then, "versions": {first: 1}}
        assert await made.ran(**chosen) == ["A1", "B1 (A1)", "C1 (B1 (A1))"]
        run = await made.workflow.start_workflow(**chosen)
        assert run.request["from"] == "a/b"
        assert (run.request["until"], run.request["versions"]) == ("c", {"a/b": 1})
        with pytest.raises(InvalidArgumentError, match=r"no step prompts/e\.md"):
            await made.workflow.start_workflow(start="prompts/e.md")


async def test_steps_feed_each_other_and_each_is_asked_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        assert await made.states() == dict.fromkeys(["a", "a/b", "c", "d"], "not_started")
        assert await made.ran() == ["A1", "B1 (A1)", "C1 (B1 (A1))", "D1"]
        assert await made.states() == dict.fromkeys(["a", "a/b", "c", "d"], "succeeded")
        document = await made.workflow.to_json()
        assert (document["name"], document["status"]) == ("Chain", "succeeded")
        assert await made.ran() == []


async def test_what_is_used_again_costs_nothing_now(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        await made.ran()
        told: list[Run] = []
        execution = await made.workflow.begin(WorkflowRequest(), told.append)
        await made.workflow.finish(execution)
        for runs in (told, execution.runs.values()):
            assert [(run.cached, run.cost_usd) for run in runs] == [(True, 0.0)] * 4


async def test_a_change_makes_what_follows_stale_and_only_that_runs_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        await made.ran()
        made.write("a/b", "B2 {{ text }}")
        assert await made.states() == {
            "a": "succeeded",
            "a/b": "stale",
            "c": "stale",
            "d": "succeeded",
        }
        assert await made.ran() == ["B2 (A1)", "C1 (B2 (A1))"]
        made.write("a/b", "B1 {{ text }}")
        assert set((await made.states()).values()) == {"succeeded"}
        assert await made.ran() == []


async def test_the_same_response_after_a_change_spares_what_follows(tmp_path: Path) -> None:
    model = Model(lambda text: "same" if text.startswith("B") else f"({text})")
    async with bench(tmp_path, model) as made:
        chain(made)
        await made.ran()
        made.write("a/b", "B2 {{ text }}")
        assert await made.ran() == ["B2 (A1)"]
        assert set((await made.states()).values()) == {"succeeded"}


async def test_a_failed_step_stops_what_depends_on_it_and_nothing_else(tmp_path: Path) -> None:
    model = Model(lambda text: failure("No.") if text.startswith("B") else f"({text})")
    async with bench(tmp_path, model) as made:
        chain(made)
        ended = await made.workflow.start_workflow()
        assert (ended.status, ended.error) == ("failed", "a/b failed: No.")
        states = await made.states()
        assert states == {"a": "succeeded", "a/b": "failed", "c": "not_started", "d": "succeeded"}
        went = {one.step: (one.status, one.error) for one in made.project.store.step_runs(ended.id)}
        assert went["c"] == ("cancelled", "a/b failed, so c was not run.")
        model.answer = lambda text: f"({text})"
        assert await made.ran() == ["B1 (A1)", "C1 (B1 (A1))"]


async def test_another_version_runs_only_what_lies_after_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        made.write("a/b", "B2 {{ text }}")
        await made.ran()
        asked = await made.ran(versions={"a/b": 1})
        assert asked == ["B1 (A1)", "C1 (B1 (A1))"]
        assert set((await made.states()).values()) == {"succeeded"}
        assert await made.ran() == []
        with pytest.raises(InvalidArgumentError, match=r"no v9; kept are v1, v2"):
            await made.workflow.start_workflow(versions={"a/b": 9})


async def test_from_and_until(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        assert await made.ran(until="a/b") == ["A1", "B1 (A1)"]
        assert await made.ran(start="c") == ["C1 (B1 (A1))"]
        assert await made.ran(start="a/b", until="c", fresh=True) == ["B1 (A1)", "C1 (B1 (A1))"]
        with pytest.raises(InvalidArgumentError, match="d takes nothing from a"):
            await made.workflow.start_workflow(start="a", until="d")
        with pytest.raises(InvalidArgumentError, match="there is no step x"):
            await made.workflow.start_workflow(start="x")


async def test_a_step_alone_brings_what_it_lacks(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        assert await made.workflow.execute_step("c") == "(C1 (B1 (A1)))"
        assert made.model.asked == ["A1", "B1 (A1)", "C1 (B1 (A1))"]


async def test_cancelling_keeps_what_is_done(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        made.model.hold("B1")
        running = asyncio.create_task(made.workflow.start_workflow())
        async with asyncio.timeout(30):
            while "B1" not in made.model.arrived or not made.model.arrived["B1"].is_set():
                await made.model.arrived["B1"].wait()
            assert (await made.states())["a/b"] == "running"
            with pytest.raises(FourfoldError, match="Chain is being run already"):
                await made.workflow.start_workflow()
            assert len(made.workflow.executions[0].cancel()) >= 2
            assert (await running).status == "cancelled"
        states = await made.states()
        assert (states["a"], states["a/b"], states["c"]) == (
            "succeeded",
            "cancelled",
            "not_started",
        )
        made.model.gates.clear()
        assert await made.ran() == ["B1 (A1)", "C1 (B1 (A1))"]


async def test_a_version_that_goes_takes_its_result_along(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        ended = await made.workflow.start_workflow()
        for number in range(2, 7):
            made.write("a", f"A{number}")
        states = await made.states()
        assert states["a"] == "stale"
        assert states["c"] == "stale"
        assert {one.step: one.run for one in made.project.store.step_runs(ended.id)}["a"] is None
        assert await made.ran() == ["A6", "B1 (A6)", "C1 (B1 (A6))"]


async def test_an_error_in_workflow_yaml_is_named_before_anything_runs(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        made.configure(
            "steps:\n  a:\n    inputs: {x: {step: c}}\n  c: {inputs: {text: {step: a}}}\n"
        )
        made.write("a", "A {{ x }}")
        with pytest.raises(FourfoldError, match=r"workflow.yaml line \d: .*a → c → a"):
            await made.workflow.start_workflow()
        assert made.model.asked == []
        assert (await made.states())["d"] == "not_started"


async def test_two_hundred_steps_run_fifty_at_once(tmp_path: Path) -> None:
    async with bench(tmp_path, Model(crowd=50)) as made:
        lines = ["steps:", "  first: {}"]
        made.write("first", "start")
        for number in range(1, 200):
            made.write(f"s{number}", f"wide {number} {{{{ x }}}}")
            lines.append(f"  s{number}: {{inputs: {{x: {{step: first}}}}}}")
        made.configure("\n".join(lines))
        assert len(await made.ran()) == 200
        assert made.model.most_at_once == 50
        assert set((await made.states()).values()) == {"succeeded"}


async def test_the_document_loads_back(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        chain(made)
        await made.ran(until="a/b")
        made.write("a", "A2")
        document = await made.workflow.to_json()
        read = WorkflowDocument.from_json(json.loads(json.dumps(document)))
        assert read.to_json() == document
        assert [step.id for step in read.walk() if step.stale] == ["a", "a/b"]
        for broken in ({}, {**document, "status": "sleeping"}, {**document, "steps": [1]}):
            with pytest.raises(FourfoldError, match="This is no workflow document"):
                WorkflowDocument.from_json(broken)


async def test_a_new_run_takes_the_place_of_an_interrupted_one(tmp_path: Path) -> None:
    async with bench(tmp_path) as killed:
        chain(killed)
        store = killed.project.store
        store.begin_workflow_run(WorkflowRun("0" * 16, "Chain", "running", datetime.now(UTC)))
    async with bench(tmp_path) as made:
        assert [run.id for run in made.project.store.interrupted_workflow_runs()] == ["0" * 16]
        await made.ran()
        assert made.project.store.interrupted_workflow_runs() == []
        assert [run.status for run in made.project.store.workflow_runs(9)] == [
            "succeeded",
            "interrupted",
        ]
