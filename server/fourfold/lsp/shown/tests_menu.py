"""What can be done with tests, as titles and commands at lines of their file."""

from __future__ import annotations

from collections import defaultdict
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol.types import CodeAction, CodeLens, Command, Range

from fourfold.errors import FourfoldError
from fourfold.evals.missing import MISSING
from fourfold.lsp.convert import ACTION_KIND, FIRST_LINE
from fourfold.lsp.labels import label
from fourfold.source import problem
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fourfold.evals.cases import TestCase
    from fourfold.lsp.open.tests_file import OpenTestsFile
    from fourfold.store.records import StepHistory, TestResult

    Results = Mapping[tuple[str, str], TestResult]

MOST_SHOWN = 500
"""How many tests of a file have lenses; all of them have code actions."""

PAIRS = 40
"""For how many pairs *Which is better?* goes on: half of the versions that pass 95 % are told by
then from those that pass 70 %."""


class Test(NamedTuple):
    """A test as it stands in the file, at its first line, with all cases that it comes to."""

    at: Range
    cases: list[TestCase]


async def read_lenses(file: OpenTestsFile) -> list[CodeLens]:
    """What is shown above tests, and above all of them."""
    tests = await _read_tests(file)
    history, results = await file.history(), await _results(file)
    lenses = [CodeLens(FIRST_LINE, one) for one in _of_all(file, tests, history)]
    for test in tests[:MOST_SHOWN]:
        lenses += [CodeLens(test.at, one) for one in _of_test(file, test, history, results)]
    return lenses


async def read_actions(file: OpenTestsFile, line: int) -> list[CodeAction]:
    """The same for a cursor on that line, with titles that say what they are about."""
    try:
        tests, history = await _read_tests(file), await file.history()
        results = await _results(file)
    except FourfoldError:  # of which the prompt's lens tells
        return []
    above = [test for test in tests if test.at.start.line <= line]
    titled = [
        (f"{command.title} ({test.cases[0].name})", command)
        for test in above[-1:]
        for command in _of_test(file, test, history, results)
    ]
    titled += [(command.title, command) for command in _of_all(file, tests, history)]
    return [
        CodeAction(label(title), kind=ACTION_KIND, command=command) for title, command in titled
    ]


async def _read_tests(file: OpenTestsFile) -> list[Test]:
    """The tests that can be run, in the order of the file."""
    found: dict[problem.Position, list[TestCase]] = defaultdict(list)
    for placed in await file.usable():
        found[placed.range.start].append(placed.case)
    return [
        Test(file.client_range(problem.Range(start, start)), cases)
        for start, cases in found.items()
    ]


async def _results(file: OpenTestsFile) -> Results:
    return await file.folder.results.of_tests(file.file.step)


def _of_all(file: OpenTestsFile, tests: Sequence[Test], history: StepHistory) -> Iterator[Command]:
    if len(tests) > 1:
        cases = [case for test in tests for case in test.cases]
        title = f"▶ Run all {len(cases):,} on current"
        yield _command(file, title, "runTests", versions="current")
        yield from _which(file, "▶▶ Which is better on all?", cases, history)
    if file.folder.tests.are_going(file.file.step):
        yield _command(file, "◼ Cancel", "cancelRuns")


def _of_test(
    file: OpenTestsFile, test: Test, history: StepHistory, results: Results
) -> Iterator[Command]:
    names = list(dict.fromkeys(case.name for case in test.cases))
    yield _command(file, "▶ Run on current", "runTests", versions="current", tests=names)
    yield from _which(file, "▶▶ Which is better?", test.cases, history, tests=names)
    shown, report = [], ""
    for version in history.versions:
        found = [results.get((case.identity, version.hash)) for case in test.cases]
        known = [one for one in found if one is not None]
        if known:
            shown.append(f"{version.label} {_result(known)}")
            report = report or known[0].matrix
    if shown:
        yield _command(file, " · ".join(shown), "showTestReport", id=report)


def _result(found: Sequence[TestResult]) -> str:
    """`✓`, `✗`, or `✗ 2/5` of several answers."""
    judged, passed = sum(one.judged for one in found), sum(one.passed for one in found)
    if passed == judged:
        return "✓"
    return "✗" if judged == 1 else f"✗ {passed:,}/{judged:,}"


def _which(
    file: OpenTestsFile, title: str, cases: Sequence[TestCase], history: StepHistory, **fields: Any
) -> Iterator[Command]:
    """Nothing where there is nothing to compare. As few tests prove little by themselves, each is
    repeated as often as it takes, and the title says how many calls that may be."""
    if len(history.versions) == 1:
        return
    repeat = max(ceil(PAIRS / len(cases)), *(case.repeat for case in cases))
    asked = sum(case.recorded is MISSING for case in cases)
    calls = figures.counted(asked * repeat * len(history.versions), "call")
    yield _command(
        file,
        f"{title} · at most {calls}",
        "runTests",
        versions="all",
        until="certain",
        repeat=repeat,
        **fields,
    )


def _command(file: OpenTestsFile, title: str, name: str, **fields: Any) -> Command:
    return Command(label(title), f"fourfold.{name}", arguments=[{"uri": file.uri, **fields}])
