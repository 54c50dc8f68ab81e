"""Tests that other tools keep with their prompts: GitHub Models' and those of skills."""

from __future__ import annotations

import json

import pytest

from fourfold.evals.grading import grade
from fourfold.evals.response import Response
from fourfold.evals.test_files.github_tests import read_github_tests
from fourfold.evals.test_files.skill_evals import read_skill_evals

GITHUB = """\
name: Greeter
model: openai/gpt-4o-mini
messages:
  - {role: user, content: 'Greet {{name}}'}
testData:
  - {name: Ana, expected: Hello Ana}
  - name: Bo
evaluators:
  - name: said
    string: {EVALUATOR}
"""


def passes(evaluator: str, response: str) -> bool:
    found = read_github_tests(GITHUB.replace("{EVALUATOR}", evaluator))
    assert found.problems == []
    case = found.cases[0].case
    result = grade(Response(response), case.assertions, case.variables)
    assert result.error is None
    return result.passed


@pytest.mark.parametrize(
    ("evaluator", "passing", "failing"),
    [
        ("{contains: Hello}", "well, HELLO there", "good day"),
        ("{startsWith: Hello}", "  hello there", "well, hello"),
        ("{endsWith: 'What? (really)'}", "so what? (REALLY)\n", "what? (really) no"),
        ("{equals: Hello}", " Hello\n", "hello"),
        ("{contains: '{{expected}}'}", "hello ana!", "hello bo!"),
        ("{contains: '', startsWith: a}", "Ah", "b"),
    ],
)
def test_evaluators_decide_as_githubs(evaluator: str, passing: str, failing: str) -> None:
    assert passes(evaluator, passing)
    assert not passes(evaluator, failing)


def test_what_is_expected_is_no_variable_unless_it_is_used() -> None:
    found = read_github_tests(GITHUB.replace("{EVALUATOR}", "{contains: a}"))
    assert [dict(one.case.variables) for one in found.cases] == [{"name": "Ana"}, {"name": "Bo"}]
    [assertion] = found.cases[0].case.assertions
    assert assertion.metric == "said"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GITHUB.replace("string: {EVALUATOR}", "uses: github/similarity"), 8, "A model that"),
        (GITHUB.replace("string: {EVALUATOR}", "llm: {prompt: x}"), 8, "A model that"),
        (GITHUB.replace("{EVALUATOR}", "{containz: x}"), 8, "An evaluator has a string with"),
        ("testData: [{a: 1}]\n", 0, "test 1 asserts nothing"),
        ("testData: [7]\nevaluators: [{name: a, string: {equals: x}}]\n", 0, "A test is a mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_honoured_refuses_the_tests(text: str, line: int, said: str) -> None:
    found = read_github_tests(text)
    assert [one.range.start.line for one in found.problems] == [line]
    assert found.problems[0].message.startswith(said)
    assert found.cases
    assert all(one.refused for one in found.cases)


@pytest.mark.parametrize("text", ["", "- a", "testData: 7", "messages: [", "a: b"])
def test_a_file_without_tests_has_none(text: str) -> None:
    assert read_github_tests(text).cases == []


def evals(**fields: object) -> str:
    return json.dumps({"skill_name": "s", "evals": [{"id": 3, "prompt": "Do it", **fields}]})


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"expectations": ["is short", "is true"]}, ["is short", "is true"]),
        ({"assertions": ["is short"], "expected_output": "x"}, ["is short"]),
        ({"assertions": [{"id": 1, "text": "is short"}, "is true"]}, ["is short", "is true"]),
        ({"expectations": [{"name": "n", "description": "is short"}]}, ["is short"]),
        ({"expectations": [{"type": "other", "value": "x", "check": "is short"}]}, ["is short"]),
        ({"expected_output": "Three months"}, ["Three months"]),
    ],
)
def test_a_model_judges_what_is_expected_of_a_skill(
    fields: dict[str, object], wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "fourfold.evals.test_files.skill_evals.names", lambda: ["llm-rubric"], raising=True
    )
    found = read_skill_evals(evals(**fields))
    assert found.problems == []
    [placed] = found.cases
    assert placed.refused is None
    assert (placed.case.name, placed.case.variables) == ("eval 3", {"task": "Do it"})
    assert [(one.type, one.value) for one in placed.case.assertions] == [
        ("llm-rubric", text) for text in wanted
    ]


def test_an_expectation_that_needs_no_judge_has_none() -> None:
    expected = [
        {"type": "contains", "pattern": "kernel", "description": "names it"},
        {"name": "n", "type": "not_contains", "value": "TODO"},
        {"type": "regex", "value": "^# "},
    ]
    [placed] = read_skill_evals(evals(assertions=expected)).cases
    assert placed.refused is None
    assert [(one.type, one.negated, one.value) for one in placed.case.assertions] == [
        ("contains", False, "kernel"),
        ("contains", True, "TODO"),
        ("regex", False, "^# "),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (evals(files=["a.csv"], expectations=["x"]), "No agent is run here that could read files"),
        (evals(prompt=" ", expectations=["x"]), "A task has a prompt"),
        (evals(expectations=["x", {"id": 1, "text": " "}]), "Each expectation is a text, or"),
        (evals(), "eval 3 asserts nothing"),
        ("[", "The file cannot be read here"),
        ("{}", "evals is a list of tasks"),
    ],
)
def test_what_is_wrong_with_evals_is_said(text: str, said: str) -> None:
    found = read_skill_evals(text)
    assert found.problems[0].message.startswith(said)
    assert all(one.refused for one in found.cases)
