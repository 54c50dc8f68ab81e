"""Assertions as they stand in a cell of a CSV file: `contains: cat`, `levenshtein(3): cat`."""

from __future__ import annotations

import re

from fourfold.evals.assertions.registry import names
from fourfold.evals.cases import Assertion
from fourfold.evals.javascript.program import program_reference
from fourfold.evals.missing import MISSING
from fourfold.evals.values import FILE

_PREFIX = re.compile(r"(not-)?([a-z][a-z-]*)(?:\((\d+(?:\.\d+)?)\))?(?::\s*(.*))?", re.DOTALL)
_SCRIPTS = {"fn": "javascript", "eval": "javascript", "grade": "llm-rubric"}
_SCRIPT_TYPES = frozenset(("python", "llm-rubric"))
_LISTS = ("contains-all", "contains-any", "icontains-all", "icontains-any")
_THRESHOLD = 0.75
_WITH_THRESHOLD = frozenset(("levenshtein", "cost", "latency", "starts-with"))


def assertion_of(cell: str) -> Assertion:
    """A cell without the name of a type is `equals`, and so is one that only looks like one.

    `levenshtein`, `cost`, `latency` and `starts-with` have the threshold 0.75 where none stands in
    brackets, as in promptfoo.
    """
    text = cell.strip()
    if text.startswith(FILE) and program_reference(text):
        return Assertion("javascript", value=text)
    found = _PREFIX.fullmatch(text)
    if found is None:
        return Assertion("equals", value=text)
    negated, name, threshold, value = found.groups()
    name = name if negated else _SCRIPTS.get(name, name)
    if name not in names() and name not in _SCRIPT_TYPES:
        return Assertion("equals", value=text)
    limit = float(threshold) if threshold else _THRESHOLD if name in _WITH_THRESHOLD else None
    given = value.strip() if value else value
    return Assertion(name, bool(negated), MISSING if given is None else given, limit)
