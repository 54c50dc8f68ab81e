"""TestReport of PROTOCOL.md."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from fourfold.evals.matrix.results import beaten
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.evals.matrix.arm import Arm
    from fourfold.evals.matrix.results import Answer, Results
    from fourfold.evals.matrix.spending import Spending
    from fourfold.evals.verdict import Pair, Verdict
    from fourfold.store.records import RefusedTest, Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """What a matrix came to. `names` are those of the tests by their identities; `cached` counts
    answers that were there before; `left` are the arms that were not asked to the end; `refused`
    are the tests that cannot be run."""

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
    refused: Sequence[RefusedTest] = ()

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

    def shape(self) -> dict[str, Any]:
        """TestReport, as JSON has it. Tokens, times and costs of arms are medians of a run."""
        return {
            "id": self.id,
            "step": self.step,
            "seed": self.seed,
            "stopped": self.stopped,
            "calls": self.spending.calls,
            "cached": self.cached,
            "costUsd": self.spending.cost_usd,
            "sentence": self.sentence,
            "arms": [self._arm(arm) for arm in self.results.arms],
            "pairs": [_pair(pair) for pair in self.found.pairs],
            "tests": self._tests(),
        }

    def _arm(self, arm: Arm) -> dict[str, Any]:
        said = next((one for one in self.found.arms if one.arm == arm), None)
        answers = [answer for _, answer in self.results.of(arm)]
        return {
            **_place(arm),
            "runs": said.runs if said else 0,
            "passed": said.passed if said else 0,
            "rate": said.rate if said else None,
            "interval": [said.low, said.high] if said else [0.0, 1.0],
            "score": _mean([answer.score for answer in answers]),
            "missing": said.missing if said else 0,
            "inputTokens": _median([answer.input_tokens for answer in answers]),
            "outputTokens": _median([answer.output_tokens for answer in answers]),
            "durationMs": _median([answer.duration_ms for answer in answers]),
            "costUsd": _median([answer.cost_usd for answer in answers]),
            "distinct": len({answer.response for answer in answers} - {None}),
            "dropped": arm in self.left and arm in beaten(self.found),
        }

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

    def _tests(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "arms": [
                    {
                        **_place(arm),
                        "runs": cell.runs,
                        "passed": cell.passed,
                        "score": cell.score,
                    }
                    for arm, cell in zip(self.results.arms, cells, strict=True)
                ],
            }
            for name, cells in self.cells()
        ]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one arm did on one test: how many `runs` were judged, how many of them passed, their
    mean score, and the answer that says most: the first that did not pass, else the first."""

    runs: int
    passed: int
    score: float | None
    telling: Answer | None


def _cell(answers: Sequence[Answer]) -> Cell:
    judged = [answer for answer in answers if answer.passed is not None]
    telling = min(answers, key=lambda answer: (answer.passed is None, answer.passed), default=None)
    return Cell(
        len(judged),
        sum(answer.passed is True for answer in judged),
        _mean([answer.score for answer in judged]),
        telling,
    )


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "a": _place(pair.a),
        "b": _place(pair.b),
        "verdict": pair.verdict,
        "difference": pair.difference,
        "interval": [pair.low, pair.high],
        "wins": pair.wins,
        "losses": pair.losses,
        "pairs": pair.pairs,
        # JSON has no infinity
        "evidence": min(pair.evidence, sys.float_info.max),
        "sentence": pair.sentence,
    }


def _place(arm: Any) -> dict[str, Any]:
    return {"version": arm.version, "model": arm.model}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
