"""What was made of a response: named, so that it can be seen to have changed, and kept as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable


def processed(response: str, accept: Callable[[str], Any] | None) -> tuple[str, str | None]:
    """The `output` and `value` of a run with this response; blocks and raises as `accept` does."""
    value = response if accept is None else accept(response)
    return output_name(value), None if value == response else _json(value)


def output_name(value: Any) -> str:
    """32 hexadecimal digits, the same for the same JSON value."""
    return content_hash(value if isinstance(value, str) else _json(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
