"""`contains`, `icontains` and `starts-with`: a text within the response."""

from __future__ import annotations

from fourfold.evals.as_text import as_text
from fourfold.evals.assertions.registry import Check, Outcome, check


@check("contains", "icontains")
def contains(asked: Check) -> Outcome:
    """`icontains` without regard to case."""
    if isinstance(asked.value, bool) or not isinstance(asked.value, str | int | float):
        raise asked.refused("needs a text or a number as its value")
    wanted, text = as_text(asked.value), asked.response.text
    if not wanted:
        raise asked.refused("needs a text that is not empty")
    if asked.type == "icontains":
        return Outcome(wanted.lower() in text.lower(), f"“{wanted}” in any case")
    return Outcome(wanted in text, f"“{wanted}”")


@check("starts-with")
def starts_with(asked: Check) -> Outcome:
    """At the very beginning; blanks count."""
    return Outcome(asked.response.text.startswith(asked.text()), f"“{asked.value}” at its start")
