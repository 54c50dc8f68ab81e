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
    from fourfold.lsp.open.tests_document import Tested, TestsDocument
    from fourfold.store.records import TestResult, Version

    Results = Mapping[tuple[str, str], TestResult]

MOST_SHOWN = 500
"""How many tests of a file have lenses, counted for each of its prompts; all of them have code
actions. A test that comes to more cases is run with all others only."""

PAIRS = 40
"""For how many pairs *Which is better?* goes on: half of the versions that pass 95 % are told by
then from those that pass 70 %."""


class Test(NamedTuple):
    """A test as it stands in the file, at its first line, with all cases that it comes to."""

    at: Range
    cases: list[TestCase]


async def read_lenses(document: TestsDocument) -> list[CodeLens]:
    """What is shown above tests, and above all of them."""
    prompts, tests = await _read_prompts(document), await _read_tests(document)
    lenses = [CodeLens(FIRST_LINE, one) for prompt in prompts for one in prompt.of_all(tests)]
    for test in tests[: MOST_SHOWN // max(1, len(prompts))]:
        lenses += [CodeLens(test.at, one) for prompt in prompts for one in prompt.of_test(test)]
    return lenses


async def read_actions(document: TestsDocument, line: int) -> list[CodeAction]:
    """The same for a cursor on that line, with titles that say what they are about."""
    try:
        prompts, tests = await _read_prompts(document), await _read_tests(document)
    except FourfoldError:  # of which the prompt's lens tells
        return []
    above = [test for test in tests if test.at.start.line <= line]
    titled = [
        (f"{command.title} ({test.cases[0].name})", command)
        for test in above[-1:]
        for prompt in prompts
        for command in prompt.of_test(test)
    ]
    titled += [(command.title, command) for prompt in prompts for command in prompt.of_all(tests)]
    return [
        CodeAction(label(title), kind=ACTION_KIND, command=command) for title, command in titled
    ]


async def _read_prompts(document: TestsDocument) -> list[_Prompt]:
    """The prompts of a document; of several each title says which it is about."""
    tested, folder = await document.tested(), document.folder
    return [
        _Prompt(
            one,
            await folder.results.of_tests(one.file.step),
            f"{one.file.step}: " if len(tested) > 1 else "",
            goes_on=folder.tests.are_going(one.file.step),
        )
        for one in tested
    ]


async def _read_tests(file: TestsDocument) -> list[Test]:
    """The tests that can be run, in the order of the file."""
    found: dict[problem.Position, list[TestCase]] = defaultdict(list)
    for placed in await file.usable():
        found[placed.range.start].append(placed.case)
    return [
        Test(file.client_range(problem.Range(start, start)), cases)
        for start, cases in found.items()
    ]


class _Prompt:
    """What can be done with tests of one prompt, and what has come of it."""

    def __init__(self, tested: Tested, results: Results, prefix: str, *, goes_on: bool) -> None:
        self._uri = tested.uri
        self._versions: Sequence[Version] = tested.history.versions if tested.history else ()
        self._results = results
        self._prefix = prefix
        self._goes_on = goes_on

    def of_all(self, tests: Sequence[Test]) -> Iterator[Command]:
        cases = [case for test in tests for case in test.cases]
        if len(tests) > 1 or len(cases) > MOST_SHOWN:
            title = f"▶ Run all {len(cases):,} on current"
            yield self._command(title, "runTests", versions="current")
            yield from self._which("▶▶ Which is better on all?", cases)
        if self._goes_on:
            yield self._command("◼ Cancel", "cancelRuns")

    def of_test(self, test: Test) -> Iterator[Command]:
        if len(test.cases) > MOST_SHOWN:
            return
        names = list(dict.fromkeys(case.name for case in test.cases))
        yield self._command("▶ Run on current", "runTests", versions="current", tests=names)
        yield from self._which("▶▶ Which is better?", test.cases, tests=names)
        shown, report = [], ""
        for version in self._versions:
            found = [self._results.get((case.identity, version.hash)) for case in test.cases]
            known = [one for one in found if one is not None]
            if known:
                shown.append(f"{version.label} {_result(known)}")
                report = report or known[0].matrix
        if shown:
            yield self._command(" · ".join(shown), "showTestReport", id=report)

    def _which(self, title: str, cases: Sequence[TestCase], **fields: Any) -> Iterator[Command]:
        """Nothing where there is nothing to compare. As few tests prove little by themselves, each
        is repeated as often as it takes, and the title says how many calls that may be."""
        if len(self._versions) <= 1:
            return
        repeat = max(ceil(PAIRS / len(cases)), *(case.repeat for case in cases))
        asked = sum(case.recorded is MISSING for case in cases)
        calls = figures.counted(asked * repeat * len(self._versions), "call")
        yield self._command(
            f"{title} · at most {calls}",
            "runTests",
            versions="all",
            until="certain",
            repeat=repeat,
            **fields,
        )

    def _command(self, title: str, name: str, **fields: Any) -> Command:
        arguments = [{"uri": self._uri, **fields}]
        return Command(label(f"{self._prefix}{title}"), f"fourfold.{name}", arguments=arguments)


def _result(found: Sequence[TestResult]) -> str:
    """`✓`, `✗`, or `✗ 2/5` of several answers."""
    judged, passed = sum(one.judged for one in found), sum(one.passed for one in found)
    if passed == judged:
        return "✓"
    return "✗" if judged == 1 else f"✗ {passed:,}/{judged:,}"
