"""Prompts that workflow.yaml does not name run with the workflow only after a yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.workflow.plan import WorkflowRequest
from fourfold.workflow.unnamed import UnnamedStepsError
from workflow.support import Bench, bench

if TYPE_CHECKING:
    from pathlib import Path

ONE_STEP = "steps:\n  a: {}\n"
NO_STEPS = "name: Nothing yet\n"


def prompts(made: Bench, *names: str) -> None:
    for name in names:
        made.write(name, name.upper())


async def test_only_named_steps_run_with_the_workflow(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        made.configure(ONE_STEP)
        prompts(made, "a", "b", "c")
        assert await made.ran() == ["A"]
        assert await made.ran(start="b") == ["B"]
        assert await made.ran(versions={"c": 1}) == ["C"]


async def test_how_the_workflow_stands_is_how_its_steps_stand(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        made.configure(ONE_STEP)
        prompts(made, "a", "b")
        assert (await made.workflow.to_json())["status"] == "not_started"
        await made.ran()
        assert (await made.workflow.to_json())["status"] == "succeeded"
        made.configure(NO_STEPS)
        assert (await made.workflow.to_json())["status"] == "not_started"
        await made.ran(start="b")
        assert (await made.workflow.to_json())["status"] == "succeeded"


@pytest.mark.parametrize("yaml", [None, NO_STEPS])
async def test_prompts_that_nothing_names_are_asked_about(tmp_path: Path, yaml: str | None) -> None:
    async with bench(tmp_path) as made:
        if yaml is not None:
            made.configure(yaml)
        prompts(made, *(f"p{number}" for number in range(300)))
        with pytest.raises(UnnamedStepsError) as caught:
            await made.workflow.begin(WorkflowRequest())
        assert "300 prompts would be run at a price that is not known." in str(caught.value)
        assert caught.value.question.yes == "Run 300 prompts"
        assert made.workflow.executions == []
        assert made.model.asked == []
        assert len(await made.ran()) == 300  # a program that says so means it


async def test_the_price_is_estimated_where_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = iter([0.25, None, 0.5])
    monkeypatch.setattr("fourfold.llm.user_models.price", lambda *_: next(prices))
    async with bench(tmp_path) as made:
        prompts(made, "a", "b", "c")
        with pytest.raises(UnnamedStepsError, match="cost about") as caught:
            await made.workflow.begin(WorkflowRequest())
    said = "3 prompts would cost about $0.7500, and 1 of them at a price that is not known."
    assert said in str(caught.value)


async def test_what_is_answered_already_is_not_asked_about(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        prompts(made, "a", "b")
        await made.ran()
        prompts(made, "c")
        with pytest.raises(UnnamedStepsError, match=r"3 prompts would.* 2 of them are answered"):
            await made.workflow.begin(WorkflowRequest())
        await made.ran()
        assert len(made.model.asked) == 3
        await made.workflow.finish(await made.workflow.begin(WorkflowRequest()))
        assert len(made.model.asked) == 3


async def test_a_single_prompt_needs_no_question(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        prompts(made, "a")
        execution = await made.workflow.begin(WorkflowRequest())
        assert [run.step for run in execution.runs.values()] == ["a"]
        await made.workflow.finish(execution)
