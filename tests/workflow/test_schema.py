"""The published JSON schema of workflow.yaml says what the reader does."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fourfold.prompts.model_section import _EXPECTED
from fourfold.steps.responses.reading import KINDS
from fourfold.workflow.file.configuration import parse
from fourfold.workflow.file.step_sections import _SOURCES

SAMPLE = Path(__file__).parents[2] / "prompts" / "workflow.yaml"
SCHEMA = json.loads(
    files("fourfold.workflow").joinpath("workflow.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema_rs.validator_for(SCHEMA, offline=True)


def fits(document: Any) -> bool:
    return VALIDATOR.is_valid(document)


def is_read(document: Any) -> bool:
    """Whether the reader takes all of it."""
    return parse(json.dumps(document, ensure_ascii=False)).problems == ()


NOTHING = st.none()
TEXT = st.sampled_from(["a", "", "x y", "true", "1"])
SCALAR = TEXT | st.integers(-3, 12) | st.booleans() | st.sampled_from([0.5, -1.5])
ANYTHING = st.recursive(
    SCALAR | NOTHING,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2)
    ),
    max_leaves=4,
)


def mapping(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A mapping with some of these keys, now and then something else, or one key gone wrong."""
    right = st.fixed_dictionaries({}, optional={**values, "unknown": ANYTHING})
    wrong = st.sampled_from(sorted(values)).flatmap(
        lambda key: st.builds(lambda some, bad: {**some, key: bad}, right, ANYTHING)
    )
    return right | right | right | wrong | ANYTHING


OPTIONS = mapping(
    temperature=st.sampled_from([0.5, 1]),
    maxOutputTokens=st.integers(1, 9),
    topP=st.just(0.5),
    topK=st.integers(1, 9),
    frequencyPenalty=st.just(0.5),
    presencePenalty=st.just(0.5),
    seed=st.integers(0, 9),
    stopSequences=st.lists(TEXT, max_size=2) | TEXT,
    reasoningEffort=TEXT,
    additionalProperties=st.dictionaries(st.sampled_from("xy"), ANYTHING, max_size=2),
)
SOURCE = mapping(step=TEXT, file=TEXT, value=ANYTHING)
INPUTS = st.dictionaries(st.sampled_from(["draft", "é", "1"]), SOURCE, max_size=2) | ANYTHING
RESPONSE = mapping(
    kind=st.sampled_from(list(KINDS)),
    schema=st.just({"type": "object"}),
    retries=st.integers(-1, 11),
    folder=TEXT,
)
NAMES = st.sampled_from(["a", "b c", "é", "0x1", "a/b", ""])
STEPS = st.deferred(lambda: st.dictionaries(NAMES, STEP, max_size=2) | ANYTHING)
STEP = mapping(
    title=SCALAR,
    type=TEXT,
    model=SCALAR,
    options=OPTIONS,
    inputs=INPUTS,
    response=RESPONSE,
    steps=STEPS,
)
WORKFLOW = mapping(name=SCALAR, model=SCALAR, steps=STEPS)


@settings(deadline=None)  # the first call loads the reader of options
@given(WORKFLOW)
@example({"steps": {"a": {"inputs": {"x": {"step": "b", "file": "c"}}}}})
@example({"steps": {"a": {"inputs": {"x": {}}}}})
@example({"steps": {"a": {"response": {"retries": True}}}})
@example({"steps": {"a": {"options": {"seed": None, "temperature": True}}}})
def test_what_the_reader_takes_fits_and_nothing_else(document: Any) -> None:
    assert fits(document) == is_read(document)


def properties(*names: str) -> set[str]:
    part = SCHEMA
    for name in names:
        part = part[name]
    return set(part["properties"])


def test_every_name_that_the_reader_knows_is_there() -> None:
    assert properties("definitions", "source") == set(_SOURCES)
    assert properties("definitions", "options") == set(_EXPECTED)
    response = SCHEMA["definitions"]["response"]["properties"]
    assert response["kind"]["enum"] == [*KINDS, None]
    described = [*SCHEMA["properties"].values(), *response.values()]
    assert all("description" in one or one == {"$ref": "#/definitions/steps"} for one in described)


@pytest.mark.parametrize("key", ["name", "model", "steps"])
def test_every_part_of_a_workflow_is_read(key: str) -> None:
    assert properties() == {"name", "model", "steps"}
    assert not is_read({key: ["wrong"]})


@pytest.mark.parametrize("key", sorted(properties("definitions", "step")))
def test_every_part_of_a_step_is_read(key: str) -> None:
    assert not is_read({"steps": {"a": {key: ["wrong"]}}})


@pytest.mark.parametrize("key", sorted(properties("definitions", "response")))
def test_every_part_of_a_response_is_read(key: str) -> None:
    assert not is_read({"steps": {"a": {"response": {key: ["wrong"]}}}})


def test_it_is_a_schema_that_needs_nothing_from_elsewhere() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    references = {value for key, value in _pairs(SCHEMA) if key == "$ref"}
    assert references
    assert all(reference.startswith("#/definitions/") for reference in references)


def _pairs(part: Any) -> list[tuple[str, Any]]:
    if isinstance(part, dict):
        inner = [pair for value in part.values() for pair in _pairs(value)]
        return [*part.items(), *inner]
    return [pair for value in part for pair in _pairs(value)] if isinstance(part, list) else []


def test_vs_code_is_told_of_it() -> None:
    extension = SAMPLE.parents[1] / "vscode-extension"
    package = json.loads((extension / "package.json").read_text(encoding="utf-8"))
    (told,) = package["contributes"]["yamlValidation"]

    assert told == {
        "fileMatch": "**/prompts/workflow.yaml",
        "url": "./dist/workflow.schema.json",
    }
    packed = (extension / ".vscodeignore").read_text(encoding="utf-8").split()
    assert "!dist/workflow.schema.json" in packed
    assert "'workflow.schema.json'" in (extension / "scripts" / "wheel.mjs").read_text("utf-8")


def test_the_sample_fits() -> None:
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))

    assert fits(document)
    assert not fits({**document, "steps": []})
