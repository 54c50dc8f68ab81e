"""Python's JSON parser, without what it takes beyond the standard and without ambiguity."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, NoReturn


class NotJsonError(ValueError):
    """What is no usable JSON, said so that it can follow a colon."""


def is_writable(text: str, start: int, end: int, value: Any) -> bool:
    """Whether all texts of `value`, read from `text[start:end]`, can be written as UTF-8."""
    if "\\ud" not in text[start:end].lower():  # only an escape can bring in half a character
        return True
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise NotJsonError(f"it has the key {twice[:50]} twice in one place")
    return mapping


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise NotJsonError(f"a number has {len(digits):,} digits") from None


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJsonError(f"{digits[:20]} is too large a number")
    return number


def _constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is no number in JSON")


DECODER = json.JSONDecoder(
    object_pairs_hook=_mapping, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
