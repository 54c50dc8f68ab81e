"""The inputs of a prompt as the board's form has them, and the named values for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.app.answers.board import BoardInput, InputSet
from fourfold.app.testing.choosing import placed_tests
from fourfold.errors import FourfoldError
from fourfold.prompts.references import is_reference
from fourfold.prompts.template import PromptTemplate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile

MOST_SETS = 50
_LARGEST = 100_000
"""The most characters of a test's values that the form offers."""


def inputs_of(texts: Iterable[str], suffix: str) -> list[BoardInput]:
    """The inputs that any of these texts has, as the first one that has it declares it."""
    found: dict[str, BoardInput] = {}
    for text in texts:
        for one in PromptTemplate.from_text(text, suffix).variables:
            value = None if is_reference(one.fallback) else one.fallback
            found.setdefault(
                one.name,
                BoardInput(
                    name=one.name,
                    kind=one.kind,
                    description=one.description,
                    value=value,
                    example=one.default is None and one.example is not None,
                    optional=one.optional or one.fallback is not None,
                ),
            )
    return list(found.values())


def tests_and_sets(
    project: Project, file: StepFile, known: Iterable[str]
) -> tuple[int, list[InputSet]]:
    """How many tests can be run, and what the first of them give to the `known` inputs; none where
    they cannot be read."""
    names = set(known)
    try:
        cases = [placed.case for _, placed in placed_tests(project, file)]
    except FourfoldError:
        return 0, []
    sets = [
        InputSet(
            name=case.name,
            inputs={name: value for name, value in case.variables.items() if name in names},
        )
        for case in cases[:MOST_SETS]
    ]
    return len(cases), [one for one in sets if one.inputs and _size(one.inputs) <= _LARGEST]


def _size(inputs: dict[str, Any]) -> int:
    return sum(len(value) if isinstance(value, str) else 1 for value in inputs.values())
