"""The workflow that Fourfold ships is one that a team could use, on any model."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.edits import texts
from fourfold.app.testing.variables import problems_of
from fourfold.evals.grading import grade
from fourfold.evals.judges import calls_of
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.response import Response
from fourfold.evals.test_files.reading import read_tests
from fourfold.llm.embedded import DEFAULTS
from fourfold.prompts.formats import is_prompt_file, parse, step_suffix
from fourfold.prompts.references import References
from fourfold.workflow.file import configuration

PROMPTS = Path(__file__).parents[2] / "prompts"
FILES = {
    path.relative_to(PROMPTS).as_posix().removesuffix(step_suffix(path.name)): path
    for path in sorted(PROMPTS.rglob("*"))
    if path.is_file() and is_prompt_file(path.name)
}
STEPS = [
    "requirement",
    "requirement/refine",
    "architecture_design",
    "implementation",
    "implementation/review",
    "test_generation",
]
PROMPT_TOKENS = 700
CONTEXT_TOKENS = 2_048
CHARACTERS_PER_TOKEN = 3.5


def read_workflow() -> configuration.WorkflowConfig:
    return configuration.parse((PROMPTS / "workflow.yaml").read_text("utf-8"))


def test_each_prompt_but_that_for_tickets_is_a_step_of_the_workflow() -> None:
    assert [step.id for step in read_workflow().walk()] == STEPS
    assert sorted(FILES) == sorted([*STEPS, "triage"])


def test_the_prompt_for_tickets_has_tests_and_came_about_in_edits() -> None:
    text = FILES["triage"].read_text("utf-8")
    template = parse(text, ".prompty")
    assert template.problems == ()
    assert [one.name for one in template.variables] == ["ticket"]
    tests = PROMPTS / "triage.tests.yaml"
    read = read_tests(tests.name, tests.read_text("utf-8"), ReferencedFiles(PROMPTS, PROMPTS))
    assert read.problems == []
    assert len({placed.case.name for placed in read.cases}) == 12
    for placed in read.cases:
        order, ticket = (placed.case.variables[name] for name in ("order", "ticket"))
        assert order in ticket, "the answer is in the question"
    assert texts()[-1] == text
    assert len(set(texts())) == 5, "so that a save pushes one out"


def test_the_workflow_has_no_problems() -> None:
    assert read_workflow().problems == ()


@pytest.mark.parametrize("step", STEPS)
def test_a_prompt_has_no_problems_and_suits_any_model(step: str) -> None:
    template = parse(FILES[step].read_text("utf-8"), ".prompty")

    assert template.problems == ()
    # Models that reason refuse a temperature and spend a token limit before they answer.
    assert not template.parameters
    assert (template.model.id, template.model.provider, template.model.endpoint) == (None,) * 3
    assert template.name == step.rpartition("/")[2]
    assert template.description


@pytest.mark.parametrize("step", STEPS)
def test_every_input_is_described_and_has_an_example(step: str) -> None:
    for variable in parse(FILES[step].read_text("utf-8"), ".prompty").variables:
        assert variable.declared
        assert variable.kind == "string"
        assert variable.description
        assert variable.example


@pytest.mark.parametrize("step", STEPS)
def test_a_prompt_with_its_examples_fits_a_small_models_context(step: str) -> None:
    path = FILES[step]
    template = parse(path.read_text("utf-8"), ".prompty")
    references = References({}, frozenset(), path, PROMPTS.parent)

    messages = template.render(template.inputs({}), references)

    assert [message["role"] for message in messages][:2] == ["system", "user"]
    assert messages[-1]["role"] == "user"
    tokens = sum(len(message["content"]) for message in messages) / CHARACTERS_PER_TOKEN
    assert tokens <= PROMPT_TOKENS
    assert tokens + DEFAULTS["max_output_tokens"] <= CONTEXT_TOKENS


@pytest.mark.parametrize("step", STEPS)
def test_a_prompt_says_the_same_through_the_reference_library(step: str) -> None:
    import prompty

    path = FILES[step]
    template = parse(path.read_text("utf-8"), ".prompty")
    inputs = template.inputs({})
    ours = template.render(inputs, References({}, frozenset(), path, PROMPTS.parent))

    theirs = prompty.prepare(prompty.load(path), inputs)

    assert [(message.role, message.text.strip()) for message in theirs] == [
        (message["role"], message["content"].strip()) for message in ours
    ]


@pytest.mark.parametrize("step", ["requirement", "requirement/refine", "implementation"])
def test_the_tests_of_a_prompt_can_be_run_without_a_judge(step: str) -> None:
    path = PROMPTS / f"{step}.tests.yaml"
    template = parse(FILES[step].read_text("utf-8"), ".prompty")
    references = ReferencedFiles(path.parent, PROMPTS.parent)
    found = read_tests(path.name, path.read_text("utf-8"), references)

    assert problems_of(step, found, [template]) == ()
    assert found.cases
    for placed in found.cases:
        assert placed.refused is None
        assert calls_of(placed.case.assertions) == 0
        assert not grade(Response("No."), placed.case.assertions, placed.case.variables).passed


def test_the_example_in_a_prompt_passes_what_its_tests_ask_of_all() -> None:
    text = FILES["requirement"].read_text("utf-8")
    answer = text[text.index("assistant:\n") + len("assistant:\n") : text.rindex("user:")]
    path = PROMPTS / "requirement.tests.yaml"
    found = read_tests(path.name, path.read_text("utf-8"), ReferencedFiles(PROMPTS, PROMPTS))
    shared = found.cases[0].case.assertions[:3]

    assert grade(Response(answer), shared, {}).passed


def test_the_workflow_feeds_every_input_so_that_no_example_slips_into_a_run() -> None:
    first, *others = read_workflow().walk()
    assert not first.inputs
    for step in others:
        variables = parse(FILES[step.id].read_text("utf-8"), ".prompty").variables
        assert set(step.inputs) == {variable.name for variable in variables}


def test_a_step_uses_only_responses_of_steps_before_it() -> None:
    before: list[str] = []
    for step in read_workflow().walk():
        for source in step.inputs.values():
            assert source.kind != "step" or source.value in before
        before.append(step.id)


def test_every_response_but_the_last_is_used() -> None:
    steps = list(read_workflow().walk())
    used = {
        source.value for step in steps for source in step.inputs.values() if source.kind == "step"
    }
    assert used == {step.id for step in steps} - {STEPS[-1]}
