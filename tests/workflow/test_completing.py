"""What is offered at each place of a workflow.yaml."""

from __future__ import annotations

import pytest

from fourfold.prompts.formats import parse as parse_prompt
from fourfold.source.yaml_cursor import cursor_at
from fourfold.workflow.file.completing import Known, complete
from fourfold.workflow.file.configuration import parse

PROMPTS = {
    "a": "{{x}}",
    "a/refine": "{{draft}} {{answers}}",
    "b": "{{x}} {{y}}",
    "folder/inner": "text",
    "odd name: here": "text",
}
MODELS = ["gpt-5", "SmolLM2 (embedded)"]
TYPES = ["requirement", "implementation"]


def offered(text: str) -> list[tuple[str, str]]:
    """Label and new text of what is offered at the `¦`."""
    line = text[: text.index("¦")].count("\n")
    column = text.split("\n")[line].index("¦")
    text = text.replace("¦", "")
    cursor = cursor_at(text.split("\n"), line, column)
    inputs = {step: parse_prompt(body, ".md").variables for step, body in PROMPTS.items()}
    known = Known(parse(text), inputs, MODELS, TYPES)
    return [] if cursor is None else [(one.label, one.text) for one in complete(cursor, known)]


def labels(text: str) -> list[str]:
    return [label for label, _ in offered(text)]


SECTIONS = ["title", "type", "model", "options", "inputs", "response", "steps"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("¦", ["name", "model", "steps"]),
        ("name: A\n¦", ["model", "steps"]),
        ("steps:\n  ¦", ["a", "b", "folder", "odd name: here"]),
        ("steps:\n  b:\n  ¦\n  a:\n", ["folder", "odd name: here"]),
        ("steps:\n  a:\n    steps:\n      ¦", ["refine"]),
        ("steps:\n  folder:\n    steps:\n      ¦", ["inner"]),
        ("steps:\n  a:\n    ¦", SECTIONS),
        ("steps:\n  a: {ti¦, model: x}", [one for one in SECTIONS if one != "model"]),
        ("steps:\n  a:\n    inputs:\n      ¦", ["x"]),
        ("steps:\n  b:\n    inputs: {y: {step: a}, ¦", ["x"]),
        (
            "steps:\n  a:\n    steps:\n      refine:\n        inputs:\n          ¦answers: {}",
            ["draft", "answers"],
        ),
        ("steps:\n  b:\n    inputs:\n      x: {¦", ["step", "file", "value"]),
        (
            "steps:\n  b:\n    inputs:\n      x: {step: ¦",
            ["a", "a/refine", "folder/inner", "odd name: here"],
        ),
        (
            "steps:\n  b:\n    inputs:\n      x:\n        step: a/¦",
            ["a", "a/refine", "folder/inner", "odd name: here"],
        ),
        # a step that waits for this one would wait for itself
        (
            "steps:\n  b:\n    inputs:\n      x: {step: a}\n  a:\n    inputs:\n      x: {step: ¦}",
            ["a/refine", "folder/inner", "odd name: here"],
        ),
        ("steps:\n  a:\n    response: {¦", ["kind", "schema", "retries", "folder"]),
        ("steps:\n  a:\n    response: {kind: ¦", ["text", "markdown", "json", "code"]),
        ("steps:\n  a:\n    response:\n      kind: c¦", ["text", "markdown", "json", "code"]),
        ("model: ¦", MODELS),
        ("steps:\n  a:\n    model: ¦", MODELS),
        ("steps:\n  a:\n    type: ¦", TYPES),
        ("name: ¦", []),
        ("type: ¦", []),
        ("steps:\n  a:\n    title: ¦", []),
        ("steps:\n  a:\n    inputs:\n      x: {file: ¦", []),
        ("steps:\n  a:\n    response:\n      schema:\n        ¦", []),
        ("steps:\n  a:\n    inputs:\n      x:\n        value:\n          ¦", []),
        ("steps:\n  gone:\n    inputs:\n      ¦", []),
    ],
)
def test_what_is_offered(text: str, names: list[str]) -> None:
    assert labels(text) == names


def test_options_are_those_that_are_read() -> None:
    from fourfold.prompts.model_section import _EXPECTED

    assert set(labels("steps:\n  a:\n    options: {¦")) == set(_EXPECTED)


@pytest.mark.parametrize(
    ("text", "label", "new"),
    [
        ("steps:\n  ¦", "a", "a:"),
        ("steps: {¦", "a", "a: "),
        ("steps:\n  ¦b:\n", "b", "b"),
        ("steps:\n  ¦", "odd name: here", "'odd name: here':"),
        ("steps:\n  a:\n    ¦", "title", "title: "),
        ("steps:\n  a:\n    ¦", "inputs", "inputs:"),
        ("steps:\n  a:\n    inputs:\n      ¦", "x", "x: "),
        ("steps:\n  b:\n    inputs:\n      x: ¦", "{step: a/refine}", "{step: a/refine}"),
        ("steps:\n  b:\n    inputs:\n      x:¦", "{step: a}", " {step: a}"),
        ("steps:\n  b:\n    inputs:\n      x: {step:¦", "a", " a"),
        ("steps:\n  b:\n    inputs:\n      x: {step: ¦", "odd name: here", "'odd name: here'"),
        ("model: ¦", "SmolLM2 (embedded)", "'SmolLM2 (embedded)'"),
    ],
)
def test_what_is_put_in_is_yaml(text: str, label: str, new: str) -> None:
    assert dict(offered(text))[label] == new


def test_what_is_offered_says_what_it_is() -> None:
    text = "steps:\n  a: {title: First}\n  b:\n    inputs:\n      x: {step: "
    known = Known(parse(text), {"a": (), "b": ()})
    cursor = cursor_at(text.split("\n"), 4, 16)

    assert cursor is not None
    assert [(one.label, one.detail) for one in complete(cursor, known)] == [("a", "First")]
