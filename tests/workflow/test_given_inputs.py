"""Inputs that are given to one run of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fourfold.errors import InvalidArgumentError
from fourfold.prompts.kinds import Written
from fourfold.workflow.plan import WorkflowRequest
from workflow.support import Bench, bench

if TYPE_CHECKING:
    from pathlib import Path

STEPS = """
steps:
  a: {}
  b:
    inputs:
      text: {step: a}
      n: {value: 1}
  c:
    inputs:
      text: {step: b}
"""


def write(made: Bench) -> None:
    made.configure(STEPS)
    made.write("a", "A {{ who | default('me') }}")
    kinds = "---\ninputs: {n: {type: int}, text: {}, who: {default: x}}\n---\nuser:\n"
    made.write("b", kinds + "B {{ text }} {{ n + 1 }} {{ who }}")
    made.write("c", "C {{ text }}")


async def ran(made: Bench, **inputs: Any) -> list[str]:
    given = {name.replace("__", "."): value for name, value in inputs.items()}
    before = len(made.model.asked)
    execution = await made.workflow.begin(WorkflowRequest(inputs=given))
    await made.workflow.finish(execution)
    return made.model.asked[before:]


async def test_an_input_is_for_one_step_or_for_all_that_have_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        write(made)
        sent = await ran(made, b__n=Written("41"), who=Written("you"))
        assert sent == ["A you", "B (A you) 42 you", "C (B (A you) 42 you)"]
        (run,) = made.project.store.workflow_runs(5)
        assert run.request["inputs"] == {"b.n": 41, "a.who": "you", "b.who": "you"}
        again = WorkflowRequest.from_json(run.request)
        assert await ran(made, **{k.replace(".", "__"): v for k, v in again.inputs.items()}) == []


async def test_what_is_made_of_it_is_not_the_steps_result(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        write(made)
        await ran(made)
        assert await ran(made, b__n=7) == ["B (A me) 8 x", "C (B (A me) 8 x)"]
        assert set((await made.states()).values()) == {"succeeded"}
        assert await ran(made) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("b.n", Written("five"), "The input n takes a whole number."),
        ("b.m", 1, "The prompt has no input m: use one of n, text, who."),
        ("bb.n", 1, "No step bb is to be run: use one of a, b, c."),
        ("whom", 1, "No step that is to be run has an input whom: did you mean who?"),
    ],
)
async def test_an_input_that_cannot_be_starts_nothing(
    tmp_path: Path, name: str, value: Any, said: str
) -> None:
    async with bench(tmp_path) as made:
        write(made)
        with pytest.raises(InvalidArgumentError) as caught:
            await made.workflow.begin(WorkflowRequest(inputs={name: value}))
        assert str(caught.value) == said
        assert made.workflow.executions == []
        assert made.model.asked == []
