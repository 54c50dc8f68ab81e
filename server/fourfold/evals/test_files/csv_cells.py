"""Assertions as they stand in a cell of a CSV file: `contains: cat`, `levenshtein(3): cat`."""

from __future__ import annotations

import re

from fourfold.evals.assertions.registry import names
from fourfold.evals.cases import Assertion
from fourfold.evals.missing import MISSING
from fourfold.evals.program import program_reference
from fourfold.evals.values import FILE

_PREFIX = re.compile(r"(not-)?([a-z][a-z-]*)(?:\((\d+(?:\.\d+)?)\))?(?::\s*(.*))?", re.DOTALL)
_SCRIPTS = {"fn": "javascript", "eval": "javascript", "grade": "llm-rubric"}
_THRESHOLD = 0.75
_WITH_THRESHOLD = frozenset(("levenshtein", "cost", "latency", "starts-with"))
_SIMILAR_THRESHOLD = 0.8


def assertion_of(cell: str) -> Assertion:
    """A cell without the name of a type is `equals`, and so is one that only looks like one.

    As in promptfoo `levenshtein`, `cost`, `latency` and `starts-with` have the threshold 0.75 where
    none stands in brackets, `similar` has 0.8, and what stands in those of `llm-rubric` is nothing.
    """
    text = cell.strip()
    if text.startswith(FILE) and (program := program_reference(text)):
        python = program[0].lower().endswith(".py")
        return Assertion("python" if python else "javascript", value=text)
    found = _PREFIX.fullmatch(text)
    if found is None:
        return Assertion("equals", value=text)
    negated, name, threshold, value = found.groups()
    name = name if negated else _SCRIPTS.get(name, name)
    if name not in names():
        return Assertion("equals", value=text)
    given = value.strip() if value else value
    limit = _threshold(name, threshold)
    return Assertion(name, bool(negated), MISSING if given is None else given, limit)


def _threshold(name: str, in_brackets: str | None) -> float | None:
    if name == "llm-rubric":
        return None
    if in_brackets:
        return float(in_brackets)
    if name in _WITH_THRESHOLD:
        return _THRESHOLD
    return _SIMILAR_THRESHOLD if name == "similar" else None
