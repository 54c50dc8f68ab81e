"""What is wrong with the tests of a prompt, and with a prompt in the eyes of its tests."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fourfold.app.testing.files import may_hold_tests, tests_files
from fourfold.app.testing.tests import read_at
from fourfold.app.testing.variables import dropped_variables, problems_of
from fourfold.errors import FourfoldError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.github_tests import read_github_tests
from fourfold.source.problem import START, Problem
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fourfold.evals.test_files.tests_file import TestsFile
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.store.records import StepHistory


def kept_templates(file: StepFile, history: StepHistory) -> list[PromptTemplate]:
    """The kept versions of a prompt as they are read."""
    return [parsed(one.text, file.format) for one in history.versions]


def check_tests(
    project: Project, file: StepFile, now: PromptTemplate
) -> Iterator[tuple[Path, Problem]]:
    """All that is wrong with the tests of a prompt, and what its text on disk, which is read as
    `now`, lacks for them."""
    history = project.store.history(file.step) if project.is_used else None
    kept = [] if history is None else kept_templates(file, history)
    readable = []
    for path in tests_files(file):
        try:
            tests = _read(project.folder, file, path)
        except FourfoldError as error:
            yield path, Problem(START, str(error), "error", "unreadable")
            continue
        readable.append(tests)
        for problem in problems_of(file.step, tests, [now, *kept]):
            yield path, problem
    if history is not None:
        label = history.current_version.label
        for problem in dropped_variables(label, START, readable, now, kept):
            yield file.path, problem


def check_prompt(
    project: Project,
    file: StepFile,
    text: str,
    now: PromptTemplate,
    history: StepHistory | None,
    label: str,
) -> list[Problem]:
    """What the `text` of a prompt, which is read as `now` and which people know as `label`, lacks
    for its tests, and what is wrong with those in the prompt itself."""
    kept = [] if history is None else kept_templates(file, history)
    readable: list[TestsFile] = []
    problems: list[Problem] = []
    for path in tests_files(file):
        if path == file.path:
            readable.append(own := read_github_tests(text))
            problems += problems_of(file.step, own, [now, *kept])
            continue
        try:
            now_is = path.stat()
            as_it_is = (now_is.st_mtime_ns, now_is.st_size)
            readable.append(_read_once(project.folder, file, path, as_it_is))
        except (OSError, FourfoldError):
            continue  # which its own editor tells
    if history is not None:
        problems += dropped_variables(label, START, readable, now, kept)
    return problems


def passed_over(file: StepFile, path: Path) -> Problem | None:
    """Says of a tests file that another one beside the prompt is read in its place."""
    read = tests_files(file)
    if not read or path in read or not may_hold_tests(path):
        return None
    message = f"{read[0].name} is read in its place: put all tests into one of them."
    return Problem(START, message, "warning", "passed-over")


def _read(folder: Path, file: StepFile, path: Path) -> TestsFile:
    references = ReferencedFiles(file.path.parent, folder)
    text = references.text(path.relative_to(file.path.parent).as_posix())
    return read_at(file, path, text, references)


@lru_cache(maxsize=8)
def _read_once(folder: Path, file: StepFile, path: Path, _as_it_is: object) -> TestsFile:
    """As `_read`, as long as the file is the same: a prompt is looked at as it is typed."""
    return _read(folder, file, path)
