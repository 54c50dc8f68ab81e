"""`equals`: the response is this text, or JSON with this value."""

from __future__ import annotations

import json
from typing import Any

from fourfold.evals.as_text import as_text
from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.missing import MISSING


@check("equals")
def equals(asked: Check) -> Outcome:
    """A list, a mapping and null are compared with the JSON that the response is; key order does
    not matter. Anything else is compared as a text, to the last blank."""
    if asked.value is None or isinstance(asked.value, list | dict):
        return Outcome(
            _same(_parsed(asked.response.text), asked.value),
            f"the response and {as_text(asked.value)} are compared as JSON",
        )
    if asked.value is MISSING:
        raise asked.refused("needs a value")
    return Outcome(
        asked.response.text == as_text(asked.value),
        f"the response and “{as_text(asked.value)}” are compared to the last character",
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return MISSING


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)
