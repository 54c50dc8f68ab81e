from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.prompts.formats import parse
from fourfold.prompts.kinds import MisfitError, Written, kind_named, of_kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("bool", "boolean"), ("Int", "integer"), ("double", "float"), ("number", "float")),
        *(("STR", "string"), ("list", "array"), ("Dict", "object"), ("Boolean", "boolean")),
        *(("string", "string"), ("union", "union"), ("image", "image"), ("text", None), ("", None)),
    ],
)
def test_a_kind_has_the_names_of_v1_in_any_case(name: str, kind: str | None) -> None:
    assert kind_named(name) == kind


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("string", " 5 ", " 5 "),
        ("string", "", ""),
        ("integer", "5", 5),
        ("integer", " -12\n", -12),
        ("integer", "+3", 3),
        ("float", "5", 5),
        ("float", "0.5", 0.5),
        ("float", ".5e-3", 0.0005),
        ("boolean", "false", False),
        ("boolean", "True\n", True),
        ("boolean", "No", False),
        ("array", '["a", 1, [true]]', ["a", 1, [True]]),
        ("array", "[]", []),
        ("object", '{"a": {"b": null}}', {"a": {"b": None}}),
        ("union", "5", "5"),
        ("image", "a.png", "a.png"),
    ],
)
def test_what_is_written_is_read_by_its_kind(kind: str, written: str, value: Any) -> None:
    read = of_kind(kind, Written(written))
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "written", "takes"),
    [
        *(
            ("integer", text, "a whole number")
            for text in ("five", "", "1.5", "1_0", "٣", "9" * 5000)
        ),
        *(("float", text, "a number") for text in ("x", "nan", "inf", "1e999", "0x1")),
        *(("boolean", text, "true or false") for text in ("flase", "", "1", "null")),
        *(
            ("array", text, "a JSON list")
            for text in ("a,b", "{}", "", "[NaN]", "[" * 100_000, "['a']")
        ),
        *(("object", text, "a JSON object") for text in ("a: 1", "[]", '{"a": Infinity}')),
    ],
)
def test_what_cannot_be_read_says_what_is_taken(kind: str, written: str, takes: str) -> None:
    with pytest.raises(MisfitError, match=takes):
        of_kind(kind, Written(written))


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        *(("string", "x", True), ("string", 1, False), ("string", True, False)),
        *(("integer", 1, True), ("integer", True, False), ("integer", 1.5, False)),
        *(("float", 1, True), ("float", 0.5, True), ("float", False, False), ("float", "1", False)),
        *(("boolean", False, True), ("boolean", 0, False), ("boolean", "false", False)),
        *(("array", [], True), ("array", {}, False), ("array", "a", False)),
        *(("object", {}, True), ("object", [], False), ("union", 1, True), ("thread", [1], True)),
    ],
)
def test_a_json_value_is_held_against_its_kind(kind: str, value: Any, fits: bool) -> None:
    if fits:
        assert of_kind(kind, value) == value
        return
    with pytest.raises(MisfitError):
        of_kind(kind, value)


def test_a_number_without_a_fraction_is_a_whole_one() -> None:
    assert repr(of_kind("integer", 5.0)) == "5"


@pytest.mark.parametrize(
    ("yaml", "body", "sent"),
    [
        (
            "inputs: {v: {type: bool, default: false}}",
            "{% if v %}ON{% else %}OFF{% endif %}",
            "OFF",
        ),
        ("inputs: {n: {type: int, default: 3}}", "{{ n + 1 }}", "4"),
        ("inputs: {n: {type: INT, default: '3'}}", "{{ n + 1 }}", "4"),
        ("inputs: {v: {kind: boolean, default: 'false'}}", "{{ 1 if v else 2 }}", "2"),
        ("inputs: {t: {type: list, default: '[1, 2]'}}", "{{ t | length }}", "2"),
        ("inputs: {s: {type: str, default: 1.10}}", "{{ s }}", "1.10"),
        ("inputs: {n: {type: mystery, default: 2}}", "{{ n * 2 }}", "4"),
        ("inputs: {n: {type: int}}\nsample: {n: '7'}", "{{ n + 1 }}", "8"),
        (
            "inputs: [{name: a, default: false}, {name: n, default: 2}]",
            "{{ a }} {{ n * 2 }}",
            "False 4",
        ),
        ("sample: {k: 7, z: false}", "{{ k + 1 }} {% if z %}ON{% else %}OFF{% endif %}", "8 OFF"),
        ("inputs: {o: {example: {x: 1}}}", "{{ o.x + 1 }}", "2"),
    ],
)
def test_a_value_of_the_file_has_its_kind(
    messages: Callable[..., list[tuple[str, str]]], yaml: str, body: str, sent: str
) -> None:
    assert messages(f"---\n{yaml}\n---\nuser:\n{body}") == [("user", sent)]


@pytest.mark.parametrize("name", ["bool", "Int", "double", "str", "list", "dict", "number"])
def test_the_names_of_v1_are_nothing_to_warn_of(name: str) -> None:
    assert (
        parse(f"---\ninputs: {{a: {{type: {name}}}}}\n---\n{{{{ a }}}}", ".prompty").problems == ()
    )


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("{kind: integer, default: five}", "The default of a has to be a whole number."),
        ("{kind: boolean, example: 1}", "The example of a has to be true or false."),
        ("{kind: string, default: [x]}", "The default of a has to be a text."),
        ("{type: dict, sample: '[]'}", "The default of a has to be a JSON object"),
        ("{kind: float, default: .nan}", "The default of a has to be a number."),
        ("{kind: integer, default: '${env:N}'}", None),
    ],
)
def test_a_value_of_another_kind_is_warned_of(yaml: str, said: str | None) -> None:
    template = parse(f"---\ninputs: {{a: {yaml}}}\n---\n{{{{ a }}}}", ".prompty")
    found = [(p.severity, p.code) for p in template.problems]
    assert found == ([] if said is None else [("warning", "mistyped-value")])
    assert all(said and p.message.startswith(said) for p in template.problems)


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("string", "x y"),
        ("integer", 3),
        ("float", 3),
        ("boolean", False),
        ("array, items: {kind: union, anyOf: [{kind: string}]}", [1, "b"]),
        ("object, properties: {}", {"x": 1}),
    ],
)
def test_defaults_are_those_of_the_library(tmp_path: Path, kind: str, default: Any) -> None:
    import prompty

    inputs = f"inputs:\n  - {{name: a, default: {json.dumps(default)}, kind: {kind}}}"
    text = f"---\nname: x\n{inputs}\n---\nuser:\n{{{{ a }}}}"
    path = tmp_path / "x.prompty"
    path.write_text(text, "utf-8")
    (theirs,) = prompty.load(path).inputs or []
    (ours,) = parse(text, ".prompty").variables
    assert (ours.name, ours.kind, ours.default) == (theirs.name, theirs.kind, theirs.default)
