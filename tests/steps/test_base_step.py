"""A step makes its prompt, asks, and asks again where the response does not fit."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.prompts.failures import MissingInputError
from fourfold.steps.responses.errors import ResponseError
from support.steps import make_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fourfold.steps.base import Message

PROMPT = "---\ninputs:\n  - {name: topic, kind: string, required: true}\n---\nAbout {{ topic }}."


class Model:
    """Says the `responses` one after the other, and keeps what it was asked."""

    def __init__(self, *responses: str) -> None:
        self._responses = list(responses)
        self.asked: list[list[Message]] = []

    async def __call__(self, messages: Sequence[Message], accept: Callable[[str], Any]) -> Any:
        self.asked.append(list(messages))
        response = self._responses.pop(0)
        try:
            return accept(response)
        except ResponseError as error:
            error.response = response
            raise


async def test_the_response_is_what_the_rule_makes_of_it(tmp_path: Path) -> None:
    model = Model('{"a": 1}')
    step = make_step(tmp_path, "any", prompt=PROMPT, kind="json")
    assert await step.execute({"topic": "owls"}, model) == {"a": 1}
    assert model.asked == [[{"role": "user", "content": "About owls."}]]
    assert step.describe({"a": 1}) == ""


async def test_a_response_that_does_not_fit_is_asked_for_again_with_a_hint(tmp_path: Path) -> None:
    model = Model("words", '{"a": 1', '{"a": 1}')
    step = make_step(tmp_path, "any", prompt=PROMPT, kind="json", retries=2)

    assert await step.execute({"topic": "owls"}, model) == {"a": 1}
    first, second, third = model.asked
    assert second[:1] == first
    assert second[1] == {"role": "assistant", "content": "words"}
    assert "holds no JSON" in second[2]["content"]
    assert third[:3] == second
    assert third[3] == {"role": "assistant", "content": '{"a": 1'}
    assert "line 1, column 8" in third[4]["content"]


@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_it_is_asked_as_often_as_retries_say(tmp_path: Path, retries: int) -> None:
    model = Model(*["no"] * 9)
    step = make_step(tmp_path, "any", prompt=PROMPT, kind="code", retries=retries)
    with pytest.raises(ResponseError, match="holds no code block"):
        await step.execute({"topic": "owls"}, model)
    assert len(model.asked) == retries + 1


async def test_without_an_input_nobody_is_asked(tmp_path: Path) -> None:
    model = Model("unused")
    with pytest.raises(MissingInputError):
        await make_step(tmp_path, "any", prompt=PROMPT).execute({}, model)
    assert model.asked == []


@pytest.mark.parametrize(
    ("step_id", "response", "reached"),
    [
        ("requirement", "- R1: one\n- two", lambda value: value["requirements"][1]["id"] == "R2"),
        ("architecture_design", "- A: b", lambda value: value["components"][0]["name"] == "A"),
        ("implementation", "```py a.py\nx\n```", lambda value: value["files"][0]["path"] == "a.py"),
        ("test_generation", "```py a.py\nx\n```", lambda value: value["markdown"].count("`") == 6),
    ],
)
async def test_every_built_in_step_does_something(
    tmp_path: Path, step_id: str, response: str, reached: Callable[[Any], bool]
) -> None:
    step = make_step(tmp_path, step_id, prompt=PROMPT)
    value = await step.execute({"topic": "owls"}, Model(response))
    assert reached(value)
    assert json.loads(json.dumps(value)) == value
    assert step.describe(value).startswith("### ")


def test_what_only_a_response_needs_is_loaded_with_the_first_one() -> None:
    code = (
        "import json, sys, fourfold.steps.base, fourfold.llm.registry,"
        " fourfold.workflow.file.configuration; print(json.dumps(list(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert {"pluggy", "markdown_it", "jsonschema_rs"}.isdisjoint(json.loads(answer.stdout))


def test_code_of_any_step_is_shown_against_what_is_on_disk(tmp_path: Path) -> None:
    step = make_step(tmp_path, "migration", kind="code", folder="sql")
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql/up.sql").write_text("DROP TABLE a;\n")
    value = step.process_response("```sql path=up.sql\nDROP TABLE b;\n```\n")
    described = step.describe(value)
    assert "#### sql/up.sql (changed)" in described
    assert "-DROP TABLE a;\n+DROP TABLE b;" in described
