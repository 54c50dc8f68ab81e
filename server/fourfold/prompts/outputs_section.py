"""The `outputs` of a Prompty file: the JSON that it asks of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prompty.model import Property

    from fourfold.prompts.report import Report
    from fourfold.prompts.yaml_nodes import Node

_TYPES = {
    **{name: name for name in ("string", "integer", "number", "boolean", "array", "object")},
    "float": "number",
}


def read_outputs(node: Node | None, report: Report) -> dict[str, Any] | None:
    """The `response_format` that asks for the outputs, as Prompty does; None where there is none.

    Outputs without a kind, as v1 has them to describe a text, ask for nothing; that is said.
    """
    if node is None or node.is_null or not (node.items or node.pairs):
        if node is not None and node.kind == "scalar" and not node.is_null:
            report.wrong_type(node, "outputs", "a mapping or a list")
        return None
    value = node.value()
    from prompty.model import Agent

    try:
        outputs = Agent.load_outputs(value, None)
        names = {one.name for one in outputs}
        if "" in names or len(names) < len(outputs):
            raise ValueError
        schema = _object(outputs)
    except (ValueError, TypeError, KeyError, AttributeError):
        report.at(
            node,
            "These outputs are not asked of the model: give each a name of its own and a kind, "
            "such as string.",
            "information",
            "outputs",
        )
        return None
    wanted = {"name": "structured_output", "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": wanted}


def _object(properties: list[Property]) -> dict[str, Any]:
    """An object that has all of the properties, as a strict schema wants it."""
    required = {"required": [one.name for one in properties]} if properties else {}
    return {
        "type": "object",
        "properties": {one.name: _value(one, optional=not one.required) for one in properties},
        **required,
        "additionalProperties": False,
    }


def _value(output: Any, *, optional: bool = False) -> dict[str, Any]:
    """The schema of one output, whose class hangs on its kind; an optional one may be null."""
    schema: dict[str, Any] = {}
    if output.kind == "object":
        schema = _object(output.properties or [])
    elif output.kind == "union":
        schema["anyOf"] = [_value(branch) for branch in _branches(output)]
    elif output.kind in _TYPES:
        schema["type"] = _TYPES[output.kind]
    if output.kind == "array":
        schema["items"] = _value(output.items) if output.items else {"type": "string"}
    if output.description:
        schema["description"] = output.description
    if output.enum_values:
        schema["enum"] = list(output.enum_values)
    return _nullable(schema) if output.nullable or optional else schema


def _branches(union: Any) -> list[Any]:
    if union.one_of or not union.any_of:
        raise ValueError
    branches: list[Any] = union.any_of
    return branches


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"].append(None)
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return schema
