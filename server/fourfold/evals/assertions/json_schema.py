"""JSON schemas as promptfoo reads them: draft 7, with formats, and no keyword that is unknown."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

    from fourfold.evals.assertions.registry import Check

_BACKTRACK_LIMIT = 100_000
_MAX_SAID = 3
_SCHEMAS = frozenset(
    ("additionalItems", "additionalProperties", "contains", "else", "if", "items", "not",
     "propertyNames", "then", "allOf", "anyOf", "oneOf")
)  # fmt: skip
_NAMED_SCHEMAS = frozenset(("properties", "patternProperties", "definitions", "$defs"))
_OTHERS = frozenset(
    ("$comment", "$id", "$ref", "$schema", "const", "contentEncoding", "contentMediaType",
     "default", "dependencies", "description", "enum", "examples", "exclusiveMaximum",
     "exclusiveMinimum", "format", "maxItems", "maxLength", "maxProperties", "maximum",
     "minItems", "minLength", "minProperties", "minimum", "multipleOf", "nullable", "pattern",
     "readOnly", "required", "title", "type", "uniqueItems", "writeOnly")
)  # fmt: skip


def validator(asked: Check, schema: dict[str, Any]) -> Draft7Validator:
    """What holds values against `schema`, which reaches nothing outside itself.

    Raises AssertionRefusedError for a schema that is none.
    """
    import jsonschema_rs

    if unknown := _unknown_keyword(schema):
        raise asked.refused(f"has a schema with the keyword {unknown}, which draft 7 does not know")
    if "/draft/20" in str(schema.get("$schema", "")):
        raise asked.refused("has a schema of a later draft than 7")
    try:
        return jsonschema_rs.Draft7Validator(
            _with_null(schema),
            validate_formats=True,
            offline=True,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACK_LIMIT),
        )
    except (ValueError, RecursionError, jsonschema_rs.ReferencingError) as error:
        reason = str(getattr(error, "message", None) or error).split("\n", maxsplit=1)[0]
        raise asked.refused(f"has a schema that is none: {reason}") from None


def conforming(value: Any, schema: Draft7Validator | None) -> tuple[bool, str]:
    """Whether the value is as the schema wants it, and what is not."""
    if schema is None:
        return True, "JSON"
    try:
        said = [error.message for error in islice(schema.iter_errors(value), _MAX_SAID)]
    except ValueError:
        said = ["it cannot be compared with the schema"]
    return not said, f"JSON as the schema wants it{': ' if said else ''}{'; '.join(said)}"


def _unknown_keyword(schema: dict[str, Any]) -> str | None:
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            for keyword, value in part.items():
                if keyword in _SCHEMAS:
                    waiting.append(value)
                elif keyword in _NAMED_SCHEMAS:
                    waiting += value.values() if isinstance(value, dict) else []
                elif keyword not in _OTHERS:
                    return str(keyword)
    return None


def _with_null(part: Any) -> Any:
    """A schema in which `nullable: true` beside a type takes null too."""
    if isinstance(part, list):
        return [_with_null(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {
        name: value if name in ("const", "default", "enum", "examples") else _with_null(value)
        for name, value in part.items()
    }
    if found.get("nullable") is True and isinstance(found.get("type"), str | list):
        types = found["type"] if isinstance(found["type"], list) else [found["type"]]
        found["type"] = list(dict.fromkeys([*types, "null"]))
    return found
