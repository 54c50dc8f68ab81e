"""`javascript`: a check that is written in JavaScript, in the tests file itself."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.javascript.engine import JavaScriptError
from fourfold.evals.javascript.inline import call_inline
from fourfold.evals.javascript.program import Program
from fourfold.evals.missing import MISSING


@check("javascript")
def javascript(asked: Check) -> Outcome:
    """One line is an expression, several are the body of a function of `output` and `context`; a
    file exports such a function.

    The value is true or false, a number (which is the score, and passes above 0 or from the
    threshold on), or `{pass, score, reason}`. Anything else, and what throws or does not end,
    fails, under `not-` as well.
    """
    if isinstance(asked.value, Program):
        return _outcome(called(asked), asked)
    if not isinstance(asked.value, str) or not asked.value.strip():
        return Outcome(False, "the value is no JavaScript", final=True)
    try:
        value = call_inline(asked.value, asked.response.output, _context(asked))
    except JavaScriptError as error:
        return Outcome(False, f"the code gave no value: {error}", final=True)
    return _outcome(value, asked)


def called(asked: Check) -> Any:
    """What the program that is the value gives for the response.

    Raises AssertionRefusedError for one that throws or does not end: it is at fault, and not the
    response.
    """
    try:
        return asked.value.call(asked.response.output, _context(asked))
    except JavaScriptError as error:
        raise asked.refused(f"cannot be judged: {error}") from None


def _context(asked: Check) -> dict[str, Any]:
    context = {"vars": dict(asked.variables), "prompt": asked.response.prompt}
    return context if asked.config is MISSING else {**context, "config": asked.config}


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _outcome(value: Any, asked: Check) -> Outcome:
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
