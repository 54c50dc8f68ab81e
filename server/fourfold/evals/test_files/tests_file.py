"""What a tests file holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from fourfold.source.problem import LineIndex, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.evals.cases import TestCase
    from fourfold.source.problem import Range


MOST_CASES = 20_000


@dataclass(frozen=True, slots=True)
class PlacedCase:
    """A test case and where it stands, and where the names of its variables do, as far as they are
    in this file; with `refused`, it is not run, and why."""

    case: TestCase
    range: Range
    refused: str | None = None
    variables: Mapping[str, Range] = field(default_factory=dict)


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


def lines_of(text: str) -> list[str]:
    """The lines with their ends: CRLF, LF or CR, and no other character that Python ends one at."""
    return list(StringIO(text, newline=""))


class Findings:
    """Collects the problems of one text; offsets are into it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = LineIndex(text)
        self.problems: list[Problem] = []

    def range(self, start: int, end: int) -> Range:
        return self._lines.range(start, end)

    def error(self, start: int, end: int, code: str, message: str) -> str:
        """Notes what makes a test (or all of them) unusable, and gives the message back. Of several
        lines the first is marked."""
        line_end = self._text.find("\n", start, end)
        if line_end >= 0:
            end = start + len(self._text[start:line_end].rstrip())
        self.problems.append(Problem(self.range(start, end), message, "error", code))
        return message
