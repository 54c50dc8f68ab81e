"""The tests of a prompt as people choose among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.testing.checked import kept_templates
from fourfold.app.testing.files import tests_files
from fourfold.app.testing.tests import step_tests, tests_beside
from fourfold.errors import InvalidArgumentError
from fourfold.evals.test_files.tests_file import TestsFile
from fourfold.text.nearest import meant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from fourfold.app.testing.tests import FoundTests
    from fourfold.evals.cases import TestCase
    from fourfold.evals.test_files.tests_file import PlacedCase
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory


def placed_tests(project: Project, file: StepFile) -> Iterator[tuple[Path, PlacedCase]]:
    """Each test of a prompt that can be run, and the file that has it; FourfoldError where they
    cannot be read."""
    if not tests_files(file):
        return
    found = tests_beside(project, file, {})
    for path, (_, tests) in zip(found.paths, found.files, strict=True):
        for placed in tests.cases:
            if placed.refused is None:
                yield path, placed


def test_named(
    project: Project,
    file: StepFile,
    name: str,
    history: StepHistory,
    opened: Mapping[Path, str],
) -> TestCase:
    """The test of a prompt with this name, of several the first; FourfoldError where there is none
    that can be run, InvalidArgumentError on `test` where there is none at all."""
    try:
        found = tests_named(project, file, [name], opened)
    except InvalidArgumentError as error:
        why = str(error) if tests_files(file) else f"there is no test {name}: {error}"
        raise InvalidArgumentError("test", why) from None
    tests = step_tests(file.step, found, kept_templates(file, history))
    return next(iter(tests.cases.values()))


def tests_named(
    project: Project,
    file: StepFile,
    names: Collection[str] | None,
    opened: Mapping[Path, str],
) -> FoundTests:
    """The tests of a prompt, as `tests_beside` has them, or those of them with these names;
    InvalidArgumentError where one is not there."""
    return named(tests_beside(project, file, opened), names)


def named(found: FoundTests, names: Collection[str] | None) -> FoundTests:
    """All of them, or those with these names; InvalidArgumentError where one is not there."""
    if names is None:
        return found
    known = [placed.case.name for _, tests in found.files for placed in tests.cases]
    for name in names:
        if name not in known:
            raise InvalidArgumentError("tests", f"there is no test {name}; {meant(name, known)}")
    return replace(
        found,
        files=[
            (place, TestsFile([one for one in tests.cases if one.case.name in names]))
            for place, tests in found.files
        ],
    )
