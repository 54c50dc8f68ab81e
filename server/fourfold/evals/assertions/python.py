"""`python`: a check that is written in Python, in the tests file itself or in one beside it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from fourfold.evals.assertions.program_result import outcome_of
from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.outside import CallProgram, ProgramFailedError
from fourfold.evals.program import Program

if TYPE_CHECKING:
    from fourfold.evals.outside import Asking

_INDENTED = re.compile(r"^(?!\s*$)\s+", re.MULTILINE)
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SNAKE = {"pass_": "pass"}


@check("python")
def python(asked: Check) -> Asking[Outcome]:
    """One line is an expression, several are the body of a function of `output` and `context`; a
    file has such a function, `get_assert`.

    Its value is as that of `javascript`, a text of it will do, and a threshold overrules what it
    says itself. What raises or does not end fails, under `not-` as well.
    """
    try:
        if isinstance(asked.value, Program):
            value = yield from asked.value.call(asked.response.output, asked.context)
        elif isinstance(asked.value, str):
            value = yield from _inline(asked.value, asked)
        else:
            raise asked.refused("needs a text as its value")
    except ProgramFailedError as error:
        return Outcome(False, f"the code gave no value: {error}", final=True)
    value = _read(value)
    if isinstance(value, dict):
        value = {_SNAKE.get(name, name): one for name, one in value.items()}
        score = value.get("score")
        if asked.threshold is not None and isinstance(score, int | float):
            value["pass"] = value.get("pass") is True and score >= asked.threshold
    return outcome_of(value, asked)


def _inline(code: str, asked: Check) -> Asking[Any]:
    if "\n" in code:
        found = _INDENTED.search(code)
        indent = found[0] if found else "    "
        body = "\n".join(f"{indent}{line}" for line in code.split("\n"))
    else:
        body = f"    return {code}"
    source = f"import json\n\ndef main(output, context):\n{body}\n"
    reply = yield CallProgram("python", source, None, "main", asked.response.output, asked.context)
    return reply.value


def _read(value: Any) -> Any:
    """What a text says: `True`, `0.7` or an object as JSON."""
    if not isinstance(value, str):
        return value
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    if value.startswith("{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    number = _NUMBER.match(value)
    return float(number[0]) if number else value
