"""The `outputs` of a Prompty file: the JSON that it asks of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

_TYPES = {
    **{name: name for name in ("string", "integer", "number", "boolean", "array", "object")},
    "float": "number",
}
_KINDS = ((bool, "boolean"), (int, "integer"), (float, "float"), (str, "string"))
"""What an example stands for, in this order, as a bool is an int."""


class _UnaskableError(Exception):
    """No schema says what the file means."""


def read_outputs(node: Node | None, report: Report) -> dict[str, Any] | None:
    """The `response_format` that asks for the outputs, as Prompty does; None where there is none.

    Outputs without a kind, as v1 has them to describe a text, ask for nothing; that is said.
    """
    if node is None or node.is_null or not (node.items or node.pairs):
        if node is not None and node.kind == "scalar" and not node.is_null:
            report.wrong_type(node, "outputs", "a mapping or a list")
        return None
    try:
        schema = _object(node.value())
    except _UnaskableError:
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


def _object(properties: Any) -> dict[str, Any]:
    """An object that has all of the properties, as a strict schema wants it."""
    described = _described(properties)
    names = [one.get("name") for one in described]
    if not all(isinstance(name, str) and name for name in names) or len({*names}) < len(names):
        raise _UnaskableError
    required = {"required": names} if names else {}
    return {
        "type": "object",
        "properties": {
            one["name"]: _value(one, optional=not one.get("required")) for one in described
        },
        **required,
        "additionalProperties": False,
    }


def _described(values: Any) -> list[dict[str, Any]]:
    """What stands for several values: descriptions under their names, or a list of them."""
    if isinstance(values, dict):
        if not all(isinstance(value, dict) for value in values.values()):
            raise _UnaskableError
        return [{"name": name, **value} for name, value in values.items()]
    if not isinstance(values, list):
        raise _UnaskableError
    return [_description(value) for value in values]


def _description(value: Any) -> dict[str, Any]:
    """The description of one value, for which an example can stand."""
    if isinstance(value, dict):
        return value
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return {"kind": name}
    raise _UnaskableError


def _value(output: dict[str, Any], *, optional: bool = False) -> dict[str, Any]:
    """The schema of one output, which hangs on its kind; an optional one may be null."""
    kind = output.get("kind")
    if not isinstance(kind, str) or not kind:
        raise _UnaskableError
    schema: dict[str, Any] = {}
    if kind == "object":
        schema = _object(output.get("properties", []))
    elif kind == "union":
        schema["anyOf"] = [_value(branch) for branch in _branches(output)]
    elif kind in _TYPES:
        schema["type"] = _TYPES[kind]
    if kind == "array":
        schema["items"] = _value(_description(output.get("items")))
    if output.get("description"):
        schema["description"] = output["description"]
    if choices := output.get("enumValues"):
        if not isinstance(choices, list):
            raise _UnaskableError
        schema["enum"] = [*choices]
    return _nullable(schema) if output.get("nullable") or optional else schema


def _branches(union: dict[str, Any]) -> list[dict[str, Any]]:
    if union.get("oneOf") or not union.get("anyOf"):
        raise _UnaskableError
    return _described(union["anyOf"])


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"].append(None)
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if schema:
        return {**schema, "anyOf": [{**schema}, {"type": "null"}]}
    return schema
