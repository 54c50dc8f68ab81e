"""The tests of a prompt, and those of them that can be run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.app.testing.files import configuration_of, new_tests_file, tests_files
from fourfold.app.testing.variables import unknown_variables
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.github_tests import read_github_tests
from fourfold.evals.test_files.reading import read_tests
from fourfold.evals.test_files.skill_evals import read_skill_evals
from fourfold.store.records import RefusedTest
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fourfold.evals.cases import TestCase
    from fourfold.evals.test_files.tests_file import TestsFile
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate

_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class StepTests:
    """The tests of a step by their identities, in the order of the file; `refused` are
    those that cannot be run."""

    cases: dict[str, TestCase]
    files: ReferencedFiles
    refused: list[RefusedTest] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundTests:
    """What tests files say, each with the name that people know it by. `paths` are where they lie,
    and `also` are prompts besides the step's own that the tests are for."""

    paths: Sequence[Path]
    files: Sequence[tuple[str, TestsFile]]
    references: ReferencedFiles
    also: Sequence[PromptTemplate] = ()


def tests_beside(project: Project, file: StepFile, opened: Mapping[Path, str]) -> FoundTests:
    """The tests of a prompt, of the configuration where it stands in one; FourfoldError where there
    are none, or they cannot be read. `opened` has the texts of files that an editor has open, saved
    or not."""
    if (config := configuration_of(file.path)) is not None:
        from fourfold.app.testing.configured import tests_within

        return tests_within(project, config, opened.get(config))
    paths = tests_files(file)
    if not paths:
        raise InvalidArgumentError(
            "step",
            f"{file.step} has no tests; write some into {new_tests_file(file).name} beside it.",
        )
    references = ReferencedFiles(file.path.parent, project.folder)
    found = []
    for path in paths:
        text = opened.get(path)
        if text is None:
            text = references.text(path.relative_to(file.path.parent).as_posix())
        found.append((project.steps.place(path), read_at(file, path, text, references)))
    return FoundTests(paths, found, references)


def read_at(file: StepFile, path: Path, text: str, references: ReferencedFiles) -> TestsFile:
    """The tests of a prompt that `text`, of one of its `tests_files`, holds."""
    if path == file.path:
        return read_github_tests(text)
    if path.parent == file.path.parent:
        return read_tests(path.name, text, references)
    return read_skill_evals(text)


def step_tests(step: str, found: FoundTests, templates: Sequence[PromptTemplate]) -> StepTests:
    """The tests of a step that can be run. One that sets a variable that neither a version nor an
    assertion of its has is refused.

    Raises FourfoldError where no test is left; two tests that are the same are one.
    """
    known = [*templates, *found.also]
    told: list[RefusedTest] = []
    cases: dict[str, TestCase] = {}
    for place, file in found.files:
        told += [
            RefusedTest(f"{place}:{one.range.start.line + 1}", one.message)
            for one in file.problems
            if one.severity == "error"
        ]
        for placed in file.cases:
            if placed.refused is not None:
                continue
            if unknown := unknown_variables(step, placed, known):
                at = f"{place}:{placed.range.start.line + 1}"
                told.append(RefusedTest(at, unknown[0].message))
            else:
                cases.setdefault(placed.case.identity, placed.case)
    if not cases:
        said = " ".join(map(str, _first(told)))
        raise FourfoldError(said or f"There are no tests in {found.files[0][0]}.")
    return StepTests(cases, found.references, _first(told))


def _first(told: list[RefusedTest]) -> list[RefusedTest]:
    more = len(told) - _MOST_TOLD
    rest = RefusedTest("", f"{figures.counted(more, 'more problem')} of that file.")
    return told[:_MOST_TOLD] + ([rest] if more > 0 else [])
