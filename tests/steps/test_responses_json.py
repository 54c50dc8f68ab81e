"""JSON is found wherever a model puts it, and half of one is never taken for a whole."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from fourfold.errors import FourfoldError
from fourfold.steps.responses.json_value import MAX_DEPTH
from fourfold.steps.responses.reading import ResponseError, read_response
from fourfold.steps.responses.schema import schema_error
from fourfold.workflow.file.configuration import ResponseConfig

LIMIT_S = 20.0


def read(response: str, schema: dict | None = None) -> object:
    return read_response(response, ResponseConfig("json", schema))


@pytest.mark.parametrize(
    ("response", "value"),
    [
        ('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        ('\ufeff\r\n  {"a": 1}\r\n', {"a": 1}),
        ("[]", []),
        ('"text"', "text"),
        ("42", 42),
        ('```json\n{"a": 1}\n```', {"a": 1}),
        ("```\n[1, 2]\n```", [1, 2]),
        ('~~~~JSON\n{"a": "```"}\n~~~~', {"a": "```"}),
        ('Sure! Here it is:\n\n```json\n{"a": 1}\n```\n\nThat {is} {"it": "really"}.', {"a": 1}),
        ('As [1] and {x | x > 0} say: {"a": {"b": [1, 2]}}, right?', {"a": {"b": [1, 2]}}),
        ('See [1, p. 3] for {"a": 1}.', {"a": 1}),
        ('First {"a": 1}, better {"a": 1, "b": 2}', {"a": 1, "b": 2}),
        ('```python\nx = {1: 2}\n```\n{"a": 1}', {"a": 1}),
        ('{"a": "```json\\n{}\\n```"}', {"a": "```json\n{}\n```"}),
        ('- the answer:\n\n  ```json\n  {"a": 1}\n  ```\n', {"a": 1}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    ],
)
def test_the_value_is_found(response: str, value: object) -> None:
    assert read(response) == value


@pytest.mark.parametrize(
    ("response", "where"),
    [
        ('{"a": [1, 2], "b": ', "line 1, column 19: it is not complete"),
        ('Here: {"a": [1, 2], "b": "x', "line 1, column 26: a text has no end"),
        ('Hi\n```json\n{"a": 1,\n"b', "line 4, column 1: a text has no end"),
        ("[1, 2, 3", "line 1, column 9: it is not complete"),
        ('{"a": 1 "b": [1, 2, 3]}', "line 1, column 9: expecting ',' delimiter"),
        ("{'a': 1}", None),
        ('{"a": 1}\n{"b": ', "line 2, column 6: it is not complete"),
        ('```json\n{"a": 1} and more\n```', "line 2, column 9: more follows its end"),
    ],
)
def test_a_part_is_never_the_whole(response: str, where: str | None) -> None:
    with pytest.raises(ResponseError) as error:
        read(response)

    if where is not None:
        assert str(error.value).startswith(f"The response's JSON is broken at {where}; ")
        assert where in error.value.hint


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("", "holds no JSON"),
        ("Just words, as [so] often.", "holds no JSON"),
        ('{"a": NaN}', "NaN is no number in JSON"),
        ('{"a": -Infinity}', "-Infinity is no number in JSON"),
        ('{"a": 1e999}', "1e999 is too large a number"),
        ('{"a": 1, "b": 2, "a": 3}', "the key a twice"),
        (f"[{'9' * 5000}]", "5,000 digits"),
        ('{"a": "\\ud800"}', "no valid Unicode"),
        ('"\\udc00"', "no valid Unicode"),
        ("[" * 200 + "]" * 200, "more than 100 levels deep"),
    ],
)
def test_what_nothing_could_be_done_with_is_refused(response: str, said: str) -> None:
    with pytest.raises(ResponseError, match=said):
        read(response)


def test_as_deep_as_allowed() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)


@pytest.mark.parametrize(
    "response",
    [
        "[" * 10_000_000,
        '{"a":' * 2_000_000,
        "{" * 10_000_000,
        '{"' * 5_000_000,
        '["[' * 3_000_000,
        "[1, x " * 1_600_000,
        "[" + " " * 10_000_000,
        "```json\n" + "[" * 10_000_000,
        '"' + "x" * 10_000_000,
        "9" * 10_000_000,
    ],
    ids=lambda response: response[:8],
)
def test_ten_megabytes_of_nothing_are_refused_soon(response: str) -> None:
    began = time.process_time()
    with pytest.raises(ResponseError):
        read(response)
    assert time.process_time() - began < LIMIT_S


def test_ten_megabytes_of_json_are_read_and_checked() -> None:
    rows = [{"id": number, "text": "x" * 50} for number in range(130_000)]
    schema = {
        "type": "array",
        "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
    }
    began = time.process_time()
    assert read(f"Here:\n```json\n{json.dumps(rows)}\n```\n", schema) == rows
    assert time.process_time() - began < LIMIT_S


PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Z]"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"name": 1}, 'name: 1 is not of type "string"'),
        ({"name": "jo"}, 'name: "jo" does not match "^[A-Z]"'),
        ({}, '"name" is a required property'),
        ({"name": "Jo", "tags": ["x", 2]}, 'tags[1]: 2 is not of type "string"'),
        ({"name": "Jo", "x": 1}, "'x' was unexpected"),
    ],
)
def test_what_does_not_fit_the_schema_is_named_with_its_path(value: object, said: str) -> None:
    with pytest.raises(ResponseError) as error:
        read(json.dumps(value), PERSON)

    assert str(error.value).startswith("The response's JSON does not fit its schema: ")
    assert said in str(error.value)
    assert said in error.value.hint
    assert '"additionalProperties": false' in error.value.hint


def test_a_long_value_is_not_repeated_in_full() -> None:
    with pytest.raises(ResponseError) as error:
        read(json.dumps(["x" * 100_000] * 100), {"items": {"type": "integer"}})
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", r"^(?=(a+)+$)(a+)+\1$"])
def test_a_pattern_that_would_take_for_ever_gives_up(pattern: str) -> None:
    began = time.process_time()
    with pytest.raises(ResponseError):
        read(json.dumps("a" * 5000 + "b"), {"type": "string", "pattern": pattern})
    assert time.process_time() - began < 1


def test_a_schema_fetches_nothing() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/schema.json"
        for schema in ({"$ref": url}, {"$schema": url}, {"$ref": "file:///etc/hosts"}):
            with pytest.raises(FourfoldError, match=r"workflow\.yaml") as error:
                read("1", schema)
            assert not isinstance(error.value, ResponseError)
        server.shutdown()
    assert asked == []


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({}, None),
        (PERSON, None),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, None),
        ({"$ref": "#"}, None),
        ({"type": "strng"}, "type: "),
        ({"properties": {"a": {"minimum": "x"}}}, "properties.a.minimum: "),
        ({"pattern": "("}, "pattern: "),
        ({"$ref": "#/$defs/a"}, "/$defs/a"),
        ({1: 2}, "key"),
    ],
)
def test_what_makes_a_schema_none(schema: dict, problem: str | None) -> None:
    found = schema_error(schema)
    assert found is None if problem is None else problem in str(found)
