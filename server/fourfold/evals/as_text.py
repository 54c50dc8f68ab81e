"""Values as the texts that promptfoo, which is JavaScript, compares."""

from __future__ import annotations

import json
from typing import Any


def as_text(value: Any) -> str:
    """`true`, `null`, `42` for 42.0; lists and mappings as compact JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), default=str)


def utf16(text: str) -> bytes:
    """The text in units of two bytes, as JavaScript counts."""
    return text.encode("utf-16-le", "surrogatepass")


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
