"""`word-count`: how many words the response has, as a number or between two bounds."""

from __future__ import annotations

import re
from typing import Any

from fourfold.evals.assertions.registry import Check, Outcome, check

# JavaScript's \s, which is neither Python's str.split nor its \s
_BLANKS = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")


@check("word-count")
def word_count(asked: Check) -> Outcome:
    """Words are what stands between blanks. Bounds are inclusive."""
    count = len([word for word in _BLANKS.split(asked.response.text) if word])
    if isinstance(asked.value, dict):
        if not {"min", "max"} & asked.value.keys():
            raise asked.refused("needs min, max or both in its value")
        least = _number(asked, asked.value.get("min", 0))
        most = _number(asked, asked.value.get("max", float("inf")))
        if least > most:
            raise asked.refused(f"can never hold: its min {least:g} is above its max {most:g}")
        return Outcome(least <= count <= most, f"{count:,} words, from {least:g} to {most:g}")
    wanted = _number(asked, asked.value)
    return Outcome(count == wanted, f"{count:,} words, of {wanted:g}")


def _number(asked: Check, value: Any) -> float:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return float(value or 0)
        except ValueError:
            pass
    raise asked.refused("needs a number, or min and max, as its value")
