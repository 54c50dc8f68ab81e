"""The kinds that an input's value can have, by all their names, and how each is read from text."""

from __future__ import annotations

import json
import math
import re
from typing import Any

TYPED = ("string", "integer", "float", "boolean", "array", "object")
"""The kinds that a value is held against."""
RICH = ("thread", "image", "file", "audio")
KINDS = (*TYPED, "union", *RICH)

# what Prompty v1 and prompt flow call them
_ALIASES = {
    "str": "string",
    "int": "integer",
    "double": "float",
    "number": "float",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}
_TAKES = {
    "string": "a text",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of names to values",
}
_WRITTEN = {
    "array": 'a JSON list, such as ["a", "b"]',
    "object": 'a JSON object, such as {"name": "value"}',
}
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# as YAML has them
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Written(str):
    """A value as somebody wrote it down: a text that is read by the kind of its input."""

    __slots__ = ()


class MisfitError(Exception):
    """A value that is not of its kind; the text is what the kind takes, in words."""


def kind_named(name: str) -> str | None:
    """The kind of that name, whatever its case; None where there is none."""
    lowered = name.lower()
    kind = _ALIASES.get(lowered, lowered)
    return kind if kind in KINDS else None


def kind_of(value: Any) -> str:
    """The kind that YAML gave a value."""
    names = {bool: "boolean", int: "integer", float: "float", list: "array", dict: "object"}
    return names.get(type(value), "string")


def require_whole(value: Any) -> None:
    """MisfitError for half a character (a lone surrogate) anywhere in `value`: no model could be
    sent it."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise MisfitError("text without half a character (a lone surrogate) in it") from None
    except (TypeError, ValueError, RecursionError):
        return  # what a template cannot be handed is said where it is rendered


def of_kind(kind: str, value: Any) -> Any:
    """`value` as the kind has it, a `Written` one read. Raises MisfitError."""
    if isinstance(value, Written):
        return _read(kind, str(value))
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind in TYPED and not _fits(kind, value):
        raise MisfitError(_TAKES[kind])
    return value


def _fits(kind: str, value: Any) -> bool:
    if kind == "float":
        return kind_of(value) == "integer" or (isinstance(value, float) and math.isfinite(value))
    # of a class that derives from a text, a list or a mapping as well
    types = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    return isinstance(value, types[kind]) and not (kind == "integer" and isinstance(value, bool))


def _read(kind: str, text: str) -> Any:
    if kind not in TYPED or kind == "string":
        return text
    value = _plain(kind, text.strip())
    try:
        return of_kind(kind, value)
    except MisfitError:
        raise MisfitError(_WRITTEN.get(kind, _TAKES[kind])) from None


def _plain(kind: str, text: str) -> Any:
    """What `text` says, None where that is nothing of the kind."""
    try:
        if kind == "boolean":
            return _BOOLEANS.get(text.lower())
        if kind in ("array", "object"):
            return json.loads(text, parse_constant=_no_constant)
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _NUMBER.fullmatch(text) else None
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> Any:
    """NaN and Infinity are no JSON, and no request could carry them."""
    raise ValueError(name)
