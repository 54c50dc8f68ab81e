"""`regex`: a regular expression of JavaScript, without flags, matches somewhere."""

from __future__ import annotations

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.javascript.engine import JavaScriptError, shared_engine


@check("regex")
def regex(asked: Check) -> Outcome:
    """A pattern that is none, or that does not end, fails; under `not-` as well."""
    pattern = asked.text()
    try:
        matches = shared_engine().matches(pattern, asked.response.text)
    except JavaScriptError as error:
        return Outcome(False, f"the pattern {pattern} was not matched: {error}", final=True)
    return Outcome(matches, f"a match of {pattern}")
