"""Picoschema, Dotprompt's short way of writing a JSON schema, with the places of what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

_SCALARS = ("any", "boolean", "integer", "null", "number", "string")
_TYPES = (*_SCALARS, "object", "array")
_KEY = re.compile(
    r"(?P<name>[^(?]*)(?P<optional>\?)?(?:\((?P<type>[^,)]*)(?:,\s*(?P<said>.*))?\))?"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the schema: its `key` in the file, and what its value has to be."""

    name: str
    key: Node
    schema: dict[str, Any]
    required: bool


def is_json_schema(node: Node) -> bool:
    """Whether a schema is written as JSON schema."""
    kind, properties = node.get("type"), node.get("properties")
    return (kind is not None and kind.kind == "scalar" and kind.text in _TYPES) or (
        properties is not None and properties.kind == "mapping"
    )


def fields(node: Node | None, report: Report) -> list[Field]:
    """The properties that a schema for an object has."""
    if node is None or node.kind != "mapping":
        return []
    if not is_json_schema(node):
        return [one for one in _pico_fields(node, report) if one.name != "*"]
    properties = node.get("properties")
    if properties is None or properties.kind != "mapping":
        return []
    needed = node.get("required")
    names = {one.text for one in needed.items} if needed is not None else set()
    return [
        Field(key.text, key, _mapping(value), required=key.text in names)
        for key, value in properties.pairs
        if key.kind == "scalar"
    ]


def json_schema(node: Node, report: Report) -> dict[str, Any] | None:
    """The JSON schema that a node says; None where it names one that only an application knows."""
    if node.kind == "mapping" and is_json_schema(node):
        schema = _mapping(node)
        return schema if "type" in schema else {**schema, "type": "object"}
    schema = _pico(node, report)
    return schema or None


def _mapping(node: Node) -> dict[str, Any]:
    value = node.value()
    return value if isinstance(value, dict) else {}


def _pico(node: Node, report: Report) -> dict[str, Any]:
    if node.kind == "scalar":
        return _scalar(node, report)
    if node.kind == "sequence":
        report.wrong_type(node, "This part of the schema", "a type or a mapping")
        return {}
    schema: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
    required = []
    for one in _pico_fields(node, report):
        if one.name == "*":
            schema["additionalProperties"] = one.schema or True
            continue
        schema["properties"][one.name] = one.schema
        if one.required:
            required.append(one.name)
    return {**schema, "required": required} if required else schema


def _scalar(node: Node, report: Report) -> dict[str, Any]:
    """`type` or `type, description`."""
    kind, comma, said = node.text.partition(",")
    kind = kind.strip()
    described = {"description": said.strip()} if comma and said.strip() else {}
    if kind not in _SCALARS:
        report.at(
            node,
            f"{kind or 'This'} is no type of Picoschema ({', '.join(_SCALARS)}); any value is "
            "taken.",
            "information",
            "unknown-type",
        )
        return described
    return described if kind == "any" else {"type": kind, **described}


def _pico_fields(node: Node, report: Report) -> Iterator[Field]:
    for key, value in node.pairs:
        if key.kind != "scalar":
            continue
        if key.text == "(*)":
            yield Field("*", key, _pico(value, report), required=False)
            continue
        match = _KEY.fullmatch(key.text)
        if match is None:
            report.at(key, f"{key.text} is no name of a field; it is ignored.", "warning", "field")
            continue
        optional = match["optional"] is not None
        schema = _typed(match["type"], key, value, report)
        if match["said"]:
            schema["description"] = match["said"].strip()
        if optional:
            _nullable(schema)
        yield Field(match["name"].strip(), key, schema, required=not optional)


def _typed(kind: str | None, key: Node, value: Node, report: Report) -> dict[str, Any]:
    if kind is None or kind == "object":
        return _pico(value, report)
    if kind == "array":
        return {"type": "array", "items": _pico(value, report)}
    if kind == "enum":
        values = value.value()
        if isinstance(values, list):
            return {"enum": values}
        report.wrong_type(value, key.text, "a list of values")
        return {}
    report.at(
        key,
        f"{kind} is no type that a name can have (array, enum, object); any value is taken.",
        "information",
        "unknown-type",
    )
    return {}


def _nullable(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
