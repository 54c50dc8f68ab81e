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
