from __future__ import annotations

import pytest

from fourfold.prompts.formats import parse


def inputs(yaml: str) -> list[tuple[str, str, bool, object, object]]:
    variables = parse(f"---\n{yaml}\n---\n", ".prompty").variables
    return [(v.name, v.kind, v.required, v.default, v.example) for v in variables]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("inputs:\n  a: Jane", [("a", "string", False, "Jane", None)]),
        ("inputs:\n  a: 42", [("a", "integer", False, 42, None)]),
        ("inputs:\n  a: 3.5", [("a", "float", False, 3.5, None)]),
        ("inputs:\n  a: true", [("a", "boolean", False, True, None)]),
        ("inputs:\n  a: [1, 2]", [("a", "array", False, [1, 2], None)]),
        ("inputs:\n  a: {x: 1}", [("a", "object", False, {"x": 1}, None)]),
        ("inputs:\n  a:", [("a", "string", False, None, None)]),
        ("inputs:\n  a: {}", [("a", "string", False, None, None)]),
        (
            "inputs: [a, b]",
            [("a", "string", False, None, None), ("b", "string", False, None, None)],
        ),
        ("inputs:\n  - name: a\n    default: x", [("a", "string", False, "x", None)]),
        ("inputs:\n  - {name: a, example: x}", [("a", "string", False, None, "x")]),
        ("inputs:\n  a: {kind: array, default: [1]}", [("a", "array", False, [1], None)]),
        ("inputs:\n  a: {kind: string, default: 12:30}", [("a", "string", False, "12:30", None)]),
        ("inputs:\n  a: {kind: string, default: yes}", [("a", "string", False, "yes", None)]),
        ("inputs:\n  a: {kind: boolean, default: yes}", [("a", "boolean", False, True, None)]),
        ("inputs:\n  a: {required: true, default: null}", [("a", "string", True, None, None)]),
        ("inputs:\n  a: {default: 2024-01-31}", [("a", "string", False, "2024-01-31", None)]),
        ("inputs:\n  a: 1\n  a: 2", [("a", "integer", False, 2, None)]),
    ],
)
def test_inputs_of_v2(yaml: str, expected: list[tuple[str, str, bool, object, object]]) -> None:
    assert inputs(yaml) == expected


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("sample:\n  a: x\n  b: [1]", [("a", "x"), ("b", [1])]),
        ("inputs:\n  a: {type: string}\nsample: {a: x}", [("a", "x")]),
        ("inputs:\n  a: {type: string, sample: own}\nsample: {a: x}", [("a", "own")]),
        ("inputs:\n  a: {type: number, default: 1}\nsample: {a: 2, b: y}", [("a", 1), ("b", "y")]),
    ],
)
def test_the_sample_of_v1_gives_defaults(yaml: str, expected: list[tuple[str, object]]) -> None:
    assert [(name, default) for name, _, _, default, _ in inputs(yaml)] == expected


def test_an_input_knows_where_it_is_declared() -> None:
    variable = parse("---\ninputs:\n  topic:\n    description: What\n---\n", ".prompty").variables[
        0
    ]
    assert variable.description == "What"
    assert (variable.range.start.line, variable.range.start.character) == (2, 2)
    assert variable.range.end.character == 7
