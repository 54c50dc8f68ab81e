"""Variables of a test case: values from files, and lists that make several cases of one."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.evals.as_text import as_text
from fourfold.evals.program import program_reference
from fourfold.evals.values import FILE

if TYPE_CHECKING:
    from fourfold.evals.cases import TestCase
    from fourfold.evals.referenced_files import ReferencedFiles

MOST_CASES = 10_000
"""How many cases one test may expand to."""


def read_variable(value: Any, files: ReferencedFiles) -> Any:
    """`file://` as the text of the file (YAML as JSON, a pattern as a list of texts).

    Raises FourfoldError.
    """
    if isinstance(value, list):
        return [read_variable(item, files) for item in value]
    if not isinstance(value, str) or not value.startswith(FILE):
        return value
    if value.lower().endswith(".ts") or program_reference(value):
        raise FourfoldError(f"{value} is a program: write the value, or put it into a text file.")
    if "*" in value:
        return [_text(path, files) for path in files.matching(value)]
    return _text(value, files)


def expanded(case: TestCase) -> list[TestCase]:
    """A case for each combination of the lists of texts among its variables, the first slowest;
    no more of them than show that there are too many."""
    lists = {
        name: value
        for name, value in case.variables.items()
        if isinstance(value, list) and value and isinstance(value[0], str)
    }
    if not lists:
        return [case]
    return [
        replace(
            case,
            name=f"{case.name} ({', '.join(map(_short, values))})",
            variables={**case.variables, **dict(zip(lists, values, strict=True))},
        )
        for values in islice(product(*lists.values()), MOST_CASES + 1)
    ]


def _text(reference: str, files: ReferencedFiles) -> str:
    if reference.lower().endswith((".yaml", ".yml")):
        return json.dumps(files.value(reference), ensure_ascii=False, separators=(",", ":"))
    text = files.text(reference)
    return text if reference.lower().endswith(".json") else text.strip()


def _short(value: Any) -> str:
    text = " ".join(as_text(value).split())
    return text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004
