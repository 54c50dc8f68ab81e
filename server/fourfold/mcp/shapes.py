"""JSON Schema of what tools take and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from msgspec import Struct


def object_schema(kind: type[Struct]) -> dict[str, Any]:
    """A schema whose top is the object itself, as MCP asks for."""
    _, named = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    top = named.pop(kind.__name__)
    return {**top, "$defs": named} if named else top


def argument_schema(kind: type[Struct]) -> dict[str, Any]:
    """The same of what a tool takes, as models read it best: what need not be given is left out,
    and never null."""
    schema = object_schema(kind)
    del schema["description"]  # the tool has it
    schema["properties"] = {name: _given(one) for name, one in schema.get("properties", {}).items()}
    return schema


def _given(field: dict[str, Any]) -> dict[str, Any]:
    kinds = [one for one in field.get("anyOf", []) if one != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else field
