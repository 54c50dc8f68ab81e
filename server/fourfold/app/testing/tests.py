"""The tests of a prompt, and those of them that can be run."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.github_tests import read_github_tests
from fourfold.evals.test_files.reading import SUFFIXES, read_tests
from fourfold.evals.test_files.skill_evals import read_skill_evals
from fourfold.prompts.formats.github_models import GITHUB_MODELS
from fourfold.prompts.formats.instructions import SKILL
from fourfold.store.records import RefusedTest
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fourfold.evals.cases import TestCase
    from fourfold.evals.test_files.tests_file import TestsFile
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate

_MOST_TOLD = 10
_HAS_TESTS = re.compile(r"^testData[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StepTests:
    """The tests of a step by their identities, in the order of the file; `refused` are
    those that cannot be run."""

    cases: dict[str, TestCase]
    files: ReferencedFiles
    refused: list[RefusedTest] = field(default_factory=list)


def tests_files(file: StepFile) -> list[Path]:
    """The files that hold tests of a prompt: the one beside it, and where its format has some, the
    prompt file itself or the evals of a skill."""
    name = file.path.name.removesuffix(file.suffix)
    places = [file.path.with_name(name + suffix) for suffix in SUFFIXES]
    found = [next((path for path in places if path.is_file()), None)]
    if file.format is GITHUB_MODELS:
        found.append(file.path if _HAS_TESTS.search(_text(file.path)) else None)
    if file.format is SKILL:
        evals = file.path.with_name("evals") / "evals.json"
        found.append(evals if evals.is_file() else None)
    return [path for path in found if path is not None]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class FoundTests:
    """What tests files say, each with the name that people know it by. `paths` are where they lie,
    and `also` are prompts besides the step's own that the tests are for."""

    paths: Sequence[Path]
    files: Sequence[tuple[str, TestsFile]]
    references: ReferencedFiles
    also: Sequence[PromptTemplate] = ()


def tests_beside(project: Project, file: StepFile) -> FoundTests:
    """The tests of a prompt; FourfoldError where there are none, or they cannot be read."""
    paths = tests_files(file)
    if not paths:
        name = file.path.name.removesuffix(file.suffix)
        raise InvalidArgumentError(
            "step",
            f"{file.step} has no tests; write some into {name}{SUFFIXES[0]} beside it.",
        )
    references = ReferencedFiles(file.path.parent, project.folder)
    found = []
    for path in paths:
        text = references.text(path.relative_to(file.path.parent).as_posix())
        if path == file.path:
            read = read_github_tests(text)
        elif path.parent == file.path.parent:
            read = read_tests(path.name, text, references)
        else:
            read = read_skill_evals(text)
        found.append((project.steps.place(path), read))
    return FoundTests(paths, found, references)


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
            if unknown := _unknown(placed.case, known):
                reason = (
                    f"No version of {step} has the variable {unknown[0]}, and no assertion uses it."
                )
                told.append(RefusedTest(f"{place}:{placed.range.start.line + 1}", reason))
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


def _unknown(case: TestCase, templates: Sequence[PromptTemplate]) -> list[str]:
    used = [[asdict(one) for one in case.assertions], case.transform]
    asserted = json.dumps(used, default=repr)
    return [
        name
        for name in case.variables
        if name not in asserted and not any(one.has_input(name) for one in templates)
    ]
