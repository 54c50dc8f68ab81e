"""`contains-all`, `contains-any` and both in any case of letters: several texts in a response."""

from __future__ import annotations

import re

from fourfold.evals.as_text import as_text
from fourfold.evals.assertions.registry import Check, Outcome, check

# A field between commas; a quoted one may hold commas, and quotes as "" or \".
_FIELD = re.compile(r'\s*(?:"((?:[^"\\]|""|\\.)*)"|([^",][^,]*)?)\s*(,|$)')


@check("contains-all", "contains-any", "icontains-all", "icontains-any")
def contains_list(asked: Check) -> Outcome:
    """The value is a list, or a text with commas."""
    wanted = _texts(asked)
    text = asked.response.text
    if asked.type.startswith("i"):
        found = [item.lower() in text.lower() for item in wanted]
    else:
        found = [item in text for item in wanted]
    if asked.type.endswith("all"):
        missing = [item for item, there in zip(wanted, found, strict=True) if not there]
        return Outcome(
            all(found),
            f"of all of {_listed(wanted)}, {_listed(missing)} is missing"
            if missing
            else f"all of {_listed(wanted)}",
        )
    return Outcome(any(found), f"any of {_listed(wanted)}")


def _texts(asked: Check) -> list[str]:
    if isinstance(asked.value, list):
        return [as_text(item) for item in asked.value]
    if not isinstance(asked.value, str) or not asked.value:
        raise asked.refused("needs a list, or a text with commas, as its value")
    fields, place = [], 0
    while place <= len(asked.value):
        found = _FIELD.match(asked.value, place)
        if found is None:
            raise asked.refused("has a value in which a quoted text is not followed by a comma")
        quoted, plain, end = found.groups()
        if quoted is not None:
            fields.append(quoted.replace('""', '"').replace('\\"', '"'))
        elif plain and plain.strip():
            fields.append(plain.strip())
        if not end:
            break
        place = found.end()
    return fields


def _listed(texts: list[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts) or "nothing"
