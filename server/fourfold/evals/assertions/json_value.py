"""`is-json` and `contains-json`: the response is JSON, or holds some, as a schema wants it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from fourfold.evals.assertions.json_schema import conforming, validator
from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.missing import MISSING
from fourfold.evals.yaml_values import value_of
from fourfold.source.yaml_nodes import YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 100_000
_MOST_TRIED = 100
_BRACE = re.compile(r"[{}]")
_COMMENT = re.compile(r"//.*$", re.MULTILINE)


@check("is-json")
def is_json(asked: Check) -> Outcome:
    """The whole response, strictly."""
    schema = _schema(asked)
    try:
        value = json.loads(asked.response.text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return Outcome(False, f"JSON: {str(error) or 'it is nested too deeply'}")
    return Outcome(*conforming(value, schema))


@check("contains-json")
def contains_json(asked: Check) -> Outcome:
    """Any object within the response, read as leniently as promptfoo does: bare keys, comments and
    a brace that is missing at the end are all right."""
    schema = _schema(asked)
    said = "JSON: there is no object in it"
    for value in objects_in(asked.response.text):
        passed, said = conforming(value, schema)
        if passed:
            return Outcome(True, said)
    return Outcome(False, said)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _schema(asked: Check) -> Any:
    schema = asked.value
    if schema is MISSING or schema is None:
        return None
    if isinstance(schema, str):
        node, error = read_yaml(schema)
        if node is None or error is not None:
            raise asked.refused(f"has a schema that cannot be read: {error or 'it is empty'}")
        schema = value_of(node)
    if not isinstance(schema, dict):
        raise asked.refused("needs a JSON schema as its value, or none")
    return validator(asked, schema)


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """Each object within a text, read leniently."""
    braces = [(found.start(), found[0]) for found in _BRACE.finditer(text)]
    number = tried = 0
    while number < len(braces) and tried < _MOST_TRIED:
        start, brace = braces[number]
        if brace == "{":
            tried += 1
            end, last = _closing(braces, number, text)
            value = _read(text, start, end)
            if value is not MISSING:
                yield value
                number = last
        number += 1


def _closing(braces: list[tuple[int, str]], number: int, text: str) -> tuple[int, int]:
    """Where the object ends, and which brace that is; the text's end where it is not closed."""
    start, depth = braces[number][0], 0
    for index in range(number, len(braces)):
        place, brace = braces[index]
        if place - start >= _LONGEST:
            break
        depth += 1 if brace == "{" else -1
        if not depth:
            return place + 1, index
    return min(len(text), start + _LONGEST), len(braces)


def _read(text: str, start: int, end: int) -> Any:
    part = text[start:end]
    missing = part.count("{") - part.count("}")
    part = _COMMENT.sub("", part + "}" * missing)
    node, error = read_yaml(part)
    if node is None or error is not None or node.kind != "mapping":
        return MISSING
    try:
        return value_of(node)
    except YamlError:
        return MISSING
