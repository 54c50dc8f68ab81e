"""What the value of a program that checks a response comes to."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from fourfold.evals.assertions.registry import Check, Outcome


def outcome_of(value: Any, asked: Check) -> Outcome:
    """True or false, a number (which is the score, and passes above 0 or from the threshold on), or
    `{pass, score, reason}`. Anything else fails, under `not-` as well."""
    if isinstance(value, bool):
        return Outcome(value, "the code says true")
    if isinstance(value, int | float):
        passed = value > 0 if asked.threshold is None else value >= asked.threshold
        return Outcome(passed, f"the code says {value:g}", float(value))
    if isinstance(value, dict):
        holds, score, reason = value.get("pass"), value.get("score"), value.get("reason")
        if isinstance(holds, bool) and isinstance(reason, str) and _is_number(score):
            return Outcome(holds, reason, float(score))
    said = json.dumps(value, ensure_ascii=False)[:100]
    return Outcome(
        False,
        f"the code says {said}, and not true, false, a number or {{pass, score, reason}}",
        final=True,
    )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
