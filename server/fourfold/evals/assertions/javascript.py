"""`javascript`: a check that is written in JavaScript, in the tests file itself or in one beside
it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.evals.assertions.program_result import outcome_of
from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.javascript.engine import JavaScriptError
from fourfold.evals.javascript.inline import call_inline
from fourfold.evals.outside import ProgramFailedError
from fourfold.evals.program import Program

if TYPE_CHECKING:
    from fourfold.evals.outside import Asking


@check("javascript")
def javascript(asked: Check) -> Asking[Outcome]:
    """One line is an expression, several are the body of a function of `output` and `context`; a
    file exports such a function.

    What throws or does not end fails, under `not-` as well; a file that does cannot be judged.
    """
    if isinstance(asked.value, Program):
        try:
            value = yield from asked.value.call(asked.response.output, asked.context)
        except ProgramFailedError as error:
            raise asked.refused(f"cannot be judged: {error}") from None
        return outcome_of(value, asked)
    if not isinstance(asked.value, str) or not asked.value.strip():
        return Outcome(False, "the value is no JavaScript", final=True)
    try:
        value = call_inline(asked.value, asked.response.output, asked.context)
    except JavaScriptError as error:
        return Outcome(False, f"the code gave no value: {error}", final=True)
    return outcome_of(value, asked)
