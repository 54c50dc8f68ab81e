"""The variables that tests set, held against the inputs that prompts have."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fourfold.prompts.kinds import Written
from fourfold.source.problem import Problem
from fourfold.text.figures import counted
from fourfold.text.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fourfold.evals.cases import TestCase
    from fourfold.evals.test_files.tests_file import PlacedCase, TestsFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.problem import Range


def given_by(case: TestCase) -> dict[str, Any]:
    """The inputs that a test gives; texts are read by the kind of their input."""
    return {
        name: Written(value) if isinstance(value, str) else value
        for name, value in case.variables.items()
    }


def unknown_variables(
    step: str, placed: PlacedCase, templates: Sequence[PromptTemplate]
) -> list[Problem]:
    """The variables of a test that none of the templates has and no assertion uses."""
    variables = placed.case.variables
    others = [name for name in variables if not any(one.has_input(name) for one in templates)]
    asserted = _asserted(placed.case) if others else ""
    found = []
    for name in others:
        if name in asserted:
            continue
        inputs = dict.fromkeys(it.name for one in templates for it in one.variables)
        near = nearest(name, inputs)
        meant = f": did you mean {near}?" if near else "."
        message = f"No version of {step} has the variable {name}, and no assertion uses it{meant}"
        at = placed.variables.get(name, placed.range)
        found.append(Problem(at, message, "error", "unknown-variable", name))
    return found


def usable(step: str, tests: TestsFile, templates: Sequence[PromptTemplate]) -> list[PlacedCase]:
    """The tests of a step with these versions that can be run. A version that cannot be read may
    have any variable."""
    broken = any(map(_is_broken, templates))
    return [
        placed
        for placed in tests.cases
        if placed.refused is None and (broken or not unknown_variables(step, placed, templates))
    ]


def problems_of(
    step: str, tests: TestsFile, templates: Sequence[PromptTemplate]
) -> tuple[Problem, ...]:
    """All that is wrong with a tests file of a step whose versions are `templates`, in the order of
    the file. A version that cannot be read may have any variable."""
    found = list(tests.problems)
    if not any(map(_is_broken, templates)):
        for placed in tests.cases:
            found += unknown_variables(step, placed, templates)
    once = dict.fromkeys(found)  # a test may come to many cases
    return tuple(sorted(once, key=lambda it: (it.range.start, it.range.end, it.code)))


def dropped_variables(
    label: str,
    at: Range,
    tests: Iterable[TestsFile],
    now: PromptTemplate,
    kept: Sequence[PromptTemplate],
) -> Iterator[Problem]:
    """The variables that tests set and kept versions have, but not this text of the prompt, which
    people know as `label`; told of `at`, since what is gone stands nowhere."""
    if _is_broken(now):
        return
    setting: dict[str, set[tuple[int, Range]]] = {}
    for number, file in enumerate(tests):
        for placed in file.cases:
            for name in placed.case.variables:
                setting.setdefault(name, set()).add((number, placed.range))
    for name, places in setting.items():
        if now.has_input(name) or not any(one.has_input(name) for one in kept):
            continue
        count = counted(len(places), "test")
        message = f"{label} drops {{{{{name}}}}}, which {count} set{'s' * (len(places) == 1)}."
        yield Problem(at, message, "warning", "dropped-variable", name)


def _is_broken(template: PromptTemplate) -> bool:
    return any(problem.severity == "error" for problem in template.problems)


def _asserted(case: TestCase) -> str:
    """All that the assertions of a test hold, in which a variable that one of them uses stands."""
    used = [[asdict(one) for one in case.assertions], case.transform]
    return json.dumps(used, default=repr)
