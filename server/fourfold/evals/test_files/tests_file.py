"""What a tests file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.source.problem import LineIndex, Problem

if TYPE_CHECKING:
    from fourfold.evals.cases import TestCase
    from fourfold.source.problem import Range


MOST_CASES = 20_000


@dataclass(frozen=True, slots=True)
class PlacedCase:
    """A test case and where it stands; with `refused`, it is not run, and why."""

    case: TestCase
    range: Range
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class TestsFile:
    """Test cases and problems, both in the order of the file."""

    __test__ = False  # pytest's business is another one

    cases: list[PlacedCase] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, cases: list[PlacedCase], findings: Findings) -> None:
        """Cases at the end, as long as there are not too many of them."""
        if len(self.cases) + len(cases) <= MOST_CASES:
            self.cases.extend(cases)
        elif not any(problem.code == "too-many" for problem in self.problems):
            place = cases[0].range
            message = f"Only the first {MOST_CASES:,} tests of a file are read: split it."
            findings.problems.append(Problem(place, message, "error", "too-many"))


class Findings:
    """Collects the problems of one text; offsets are into it."""

    def __init__(self, text: str) -> None:
        self._lines = LineIndex(text)
        self.problems: list[Problem] = []

    def range(self, start: int, end: int) -> Range:
        return self._lines.range(start, end)

    def error(self, start: int, end: int, code: str, message: str) -> str:
        """Notes what makes a test (or all of them) unusable, and gives the message back."""
        self.problems.append(Problem(self.range(start, end), message, "error", code))
        return message
