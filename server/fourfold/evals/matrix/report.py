"""What a matrix came to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from fourfold.evals.matrix.results import beaten
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from fourfold.evals.matrix.arm import Arm
    from fourfold.evals.matrix.results import Answer, Results
    from fourfold.evals.verdict import Verdict
    from fourfold.runs.spending import Spending
    from fourfold.store.records import RefusedTest, Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """What a matrix came to. `names` are those of the tests by their identities; `cached` counts
    answers that were there before; `left` are the arms that were not asked to the end; `refused`
    are the tests that cannot be run. It is `by` that person, None for this user."""

    __test__ = False  # pytest's business is another one

    id: str
    step: str
    seed: int
    stopped: Stopped
    cached: int
    spending: Spending
    results: Results
    found: Verdict
    names: Mapping[str, str]
    left: frozenset[Arm]
    started: datetime
    refused: Sequence[RefusedTest] = ()
    by: str | None = None

    @property
    def sentence(self) -> str:
        """The verdict's, with what it has cost, and how far the judges are to be believed."""
        cost = self.spending.cost_usd
        sentence = self.found.sentence
        if cost:
            sentence = f"{sentence.removesuffix('.')}, {figures.dollars(cost)}."
        return f"{sentence}{self._doubt()}"

    def _doubt(self) -> str:
        agreements = [
            agrees
            for arm in self.results.arms
            for _, answer in self.results.of(arm)
            for agrees in answer.agreements
        ]
        differed = agreements.count(False)
        if not differed:
            return ""
        share = f"{differed / len(agreements) * 100:.0f} %"
        asked = figures.counted(len(agreements), "verdict")
        return f" The judge disagrees with itself in {share} of the cases ({asked} asked twice)."

    def figures(self) -> list[ArmFigures]:
        """What each arm came to."""
        return [self._figures(arm) for arm in self.results.arms]

    def _figures(self, arm: Arm) -> ArmFigures:
        said = next((one for one in self.found.arms if one.arm == arm), None)
        answers = [answer for _, answer in self.results.of(arm)]
        return ArmFigures(
            arm=arm,
            runs=said.runs if said else 0,
            passed=said.passed if said else 0,
            rate=said.rate if said else None,
            interval=(said.low, said.high) if said else (0.0, 1.0),
            score=_mean([answer.score for answer in answers]),
            missing=said.missing if said else 0,
            input_tokens=_median([answer.input_tokens for answer in answers]),
            output_tokens=_median([answer.output_tokens for answer in answers]),
            duration_ms=_median([answer.duration_ms for answer in answers]),
            cost_usd=_median([answer.cost_usd for answer in answers]),
            distinct=len({answer.response for answer in answers} - {None}),
            dropped=arm in self.left and arm in beaten(self.found),
            by=", ".join(sorted({answer.by for answer in answers if answer.by})) or None,
        )

    def cells(self) -> list[tuple[str, list[Cell]]]:
        """What each arm did on each test, in the order of the file, with the test's name."""
        answers: dict[tuple[Arm, str], list[Answer]] = defaultdict(list)
        for arm in self.results.arms:
            for test, answer in self.results.of(arm):
                answers[arm, test].append(answer)
        return [
            (name, [_cell(answers[arm, test]) for arm in self.results.arms])
            for test, name in self.names.items()
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFigures:
    """What an arm came to. Tokens, times and costs are medians of a run; `interval` is that of the
    mean score, and `distinct` counts answers that differ. Some are `by` these people, None where
    all are this user's."""

    arm: Arm
    runs: int
    passed: int
    rate: float | None
    interval: tuple[float, float]
    score: float | None
    missing: int
    input_tokens: float | None
    output_tokens: float | None
    duration_ms: float | None
    cost_usd: float | None
    distinct: int
    dropped: bool
    by: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one arm did on one test: how many `runs` were judged, how many of them passed, their
    mean score, how many answers are missing, and the answer that says most: the first that did not
    pass, else a missing one, else the first."""

    runs: int
    passed: int
    score: float | None
    missing: int
    telling: Answer | None

    @property
    def run(self) -> str | None:
        return self.telling.run if self.telling else None

    @property
    def reason(self) -> str | None:
        return self.telling.reason or None if self.telling else None


def _cell(answers: Sequence[Answer]) -> Cell:
    judged = [answer for answer in answers if answer.passed is not None]
    telling = min(answers, key=_says_most, default=None)
    return Cell(
        len(judged),
        sum(answer.passed is True for answer in judged),
        _mean([answer.score for answer in judged]),
        len(answers) - len(judged),
        telling,
    )


def _says_most(answer: Answer) -> int:
    return {False: 0, None: 1, True: 2}[answer.passed]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
