"""Responses that do not fit their rule are asked for again, with what was wrong with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fourfold.llm.integration import Finish
from fourfold.runs.outcome import outcome, total_usd
from workflow.support import Bench, Model, bench, failure

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from fourfold.llm.integration import ChatRequest, Delta, StreamEvent, Usage
    from fourfold.store.records import Run

WORKFLOW = """
steps:
  a:
    response:
      kind: json
      schema: {type: object, required: [n], properties: {n: {type: integer}}}
      retries: 2
  b: {inputs: {value: {step: a}}}
"""
GOOD = '{"n": 1}'


class Talk(Model):
    """Answers step a with each of `script` in turn; `heard` are the whole conversations."""

    def __init__(self, *script: str | Exception) -> None:
        super().__init__()
        self.script = list(script)
        self.heard: list[list[dict[str, str]]] = []
        self.answer = lambda text: f"({text})" if text.startswith("B") else self.script.pop(0)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta | Usage, None]:
        self.heard.append([dict(message) for message in request.messages])
        async for event in super().stream(request):
            yield event


def begin(made: Bench) -> None:
    made.configure(WORKFLOW)
    made.write("a", "A1")
    made.write("b", "B {{ value.n }}")


def runs(made: Bench) -> list[tuple[str, str]]:
    """The runs of step a, oldest first: their status and response."""
    found = made.project.store.runs_of_version("a", 1)[::-1]
    whole = [made.project.store.find_run(run.id) for run in found]
    return [(run.status, run.response) for run in whole if run is not None]


async def test_a_response_that_fits_at_last_is_the_step_s_and_is_not_asked_for_again(
    tmp_path: Path,
) -> None:
    talk = Talk("no JSON", '{"n": "one"}', GOOD)
    async with bench(tmp_path, talk) as made:
        begin(made)
        ended = await made.workflow.start_workflow()
        assert ended.status == "succeeded"
        assert runs(made) == [
            ("failed", "no JSON"),
            ("failed", '{"n": "one"}'),
            ("succeeded", GOOD),
        ]
        assert made.model.asked[-1] == "B 1"
        third = talk.heard[2]
        assert [message["role"] for message in third] == ["user", *["assistant", "user"] * 2]
        assert [third[1]["content"], third[3]["content"]] == ["no JSON", '{"n": "one"}']
        assert "JSON" in third[2]["content"]
        assert "n" in third[4]["content"]
        assert set((await made.states()).values()) == {"succeeded"}
        (went,) = [one for one in made.project.store.step_runs(ended.id) if one.step == "a"]
        run = made.project.store.find_run(went.run or "")
        assert run is not None
        assert run.processed() == {"n": 1}
        assert await made.ran() == []


async def test_the_tries_before_are_told_with_their_cost(tmp_path: Path) -> None:
    talk = Talk("no JSON", '{"n": "one"}', GOOD)
    told: list[Run] = []
    async with bench(tmp_path, talk, told.append) as made:
        begin(made)
        await made.workflow.start_workflow()
        store = made.project.store
        last, *before = store.runs_of_version("a", 1)
        assert [one.id for one in last.tries] == [one.id for one in reversed(before)]
        assert [one.error_kind for one in last.tries] == ["misfit", "misfit"]
        live = next(run for run in reversed(told) if run.id == last.id)
        assert [one.id for one in live.tries] == [one.id for one in last.tries]
        assert outcome(live).endswith(" · 2 responses before it did not fit")
        assert total_usd([replace(last, cost_usd=1.0)]) == 1.0
        priced = tuple(replace(one, cost_usd=0.5) for one in last.tries)
        assert total_usd([replace(last, cost_usd=1.0, tries=priced)]) == 2.0
        assert total_usd([last]) is None
        history = store.history("a")
        assert history is not None
        shown = history.current_version.last_run
        assert shown is not None
        assert [one.id for one in shown.tries] == [one.id for one in last.tries]


class CutOff(Talk):
    """Answers that end at the limit of tokens."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        async for event in super().stream(request):
            yield event
        yield Finish("length")


async def test_what_was_cut_off_passes_no_rule_though_it_fits(tmp_path: Path) -> None:
    async with bench(tmp_path, CutOff(GOOD, GOOD)) as made:
        begin(made)
        ended = await made.workflow.start_workflow()
        assert "a failed: The response was cut off at the limit of tokens" in (ended.error or "")
        (run,) = made.project.store.runs_of_version("a", 1)
        assert (run.status, run.truncated, run.error_kind) == ("failed", True, "misfit")


async def test_what_was_cut_off_without_a_rule_is_asked_for_again(tmp_path: Path) -> None:
    model = CutOff()
    model.answer = lambda text: f"({text})"
    async with bench(tmp_path, model) as made:
        made.write("a", "A1")
        for _ in range(2):
            assert await made.ran() == ["A1"]
        assert await made.states() == {"a": "succeeded"}


async def test_it_is_tried_again_at_most_so_often(tmp_path: Path) -> None:
    talk = Talk("x", "y", "z", GOOD)
    async with bench(tmp_path, talk) as made:
        begin(made)
        ended = await made.workflow.start_workflow()
        assert ended.status == "failed"
        assert (ended.error or "").startswith("a failed: ")
        assert [status for status, _ in runs(made)] == ["failed"] * 3
        assert await made.states() == {"a": "failed", "b": "not_started"}
        assert await made.ran() == ["A1", "B 1"]
        assert set((await made.states()).values()) == {"succeeded"}


@pytest.mark.parametrize("before", [0, 1])
async def test_a_model_that_fails_is_not_tried_again(before: int, tmp_path: Path) -> None:
    talk = Talk(*["x"] * before, failure("No."), GOOD)
    async with bench(tmp_path, talk) as made:
        begin(made)
        ended = await made.workflow.start_workflow()
        assert ended.error == "a failed: No."
        assert len(runs(made)) == before + 1
        assert await made.ran() == ["A1", "B 1"]


async def test_another_rule_is_another_request(tmp_path: Path) -> None:
    async with bench(tmp_path, Talk(GOOD, '{"m": 2}', GOOD)) as made:
        begin(made)
        await made.ran()
        made.configure(WORKFLOW.replace("[n]", "[m]"))
        assert await made.states() == {"a": "stale", "b": "stale"}
        await made.workflow.start_workflow(until="a")
        assert [response for _, response in runs(made)] == [GOOD, '{"m": 2}']
        made.configure(WORKFLOW.replace("retries: 2", "retries: 1"))
        assert set((await made.states()).values()) == {"succeeded"}


async def test_a_fresh_run_that_fails_leaves_the_response_that_was_there(tmp_path: Path) -> None:
    talk = Talk(GOOD, failure("Not now."))
    async with bench(tmp_path, talk) as made:
        begin(made)
        await made.ran()
        ended = await made.workflow.start_workflow(until="a", fresh=True)
        assert ended.status == "failed"
        assert await made.states() == {"a": "succeeded", "b": "succeeded"}
        assert await made.ran() == []
        assert set((await made.states()).values()) == {"succeeded"}


async def test_two_steps_with_the_same_prompt_each_have_their_result(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        for step in ("one", "two"):
            made.write(step, "The same.")
            await made.workflow.execute_step(step)
        assert made.model.asked == ["The same."]
        assert set((await made.states()).values()) == {"succeeded"}


async def test_the_order_of_inputs_and_names_that_are_numbers_change_nothing(
    tmp_path: Path,
) -> None:
    inputs = ["x: {file: one.txt}", "y: {file: two.txt}", "z: {value: {1: a, b: c}}"]
    async with bench(tmp_path) as made:
        (tmp_path / "one.txt").write_text("1")
        (tmp_path / "two.txt").write_text("two")
        made.write("a", "A {{ x }} {{ y }} {{ z.b }}")
        made.configure(f"steps: {{a: {{inputs: {{{', '.join(inputs)}}}}}}}")
        assert await made.ran() == ["A 1 two c"]
        made.configure(f"steps: {{a: {{inputs: {{{', '.join(inputs[::-1])}}}}}}} # turned round")
        assert await made.states() == {"a": "succeeded"}
        (tmp_path / "one.txt").write_text("two")
        (tmp_path / "two.txt").write_text("1")
        assert await made.states() == {"a": "stale"}
