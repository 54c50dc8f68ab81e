"""`levenshtein`: so many characters at most are inserted, removed or replaced."""

from __future__ import annotations

from fourfold.evals.as_text import utf16
from fourfold.evals.assertions.registry import Check, Outcome, check

_DEFAULT = 5.0


@check("levenshtein")
def levenshtein(asked: Check) -> Outcome:
    """Characters are UTF-16 units, as in promptfoo; the threshold is 5 if none is given."""
    from rapidfuzz.distance import Levenshtein

    if not isinstance(asked.value, str):
        raise asked.refused("needs a text as its value")
    most = _DEFAULT if asked.threshold is None else asked.threshold
    one, other = (memoryview(utf16(text)).cast("H") for text in (asked.response.text, asked.value))
    distance = Levenshtein.distance(one.tolist(), other.tolist())
    return Outcome(distance <= most, f"a distance of {distance:,}, with {most:g} allowed")
