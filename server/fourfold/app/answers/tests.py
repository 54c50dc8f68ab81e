"""Test reports as clients see them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from msgspec import Meta

from fourfold.app.answers.command_line import Range
from fourfold.app.answers.runs import moment
from fourfold.app.described import Answer, News
from fourfold.store.records import Stopped

if TYPE_CHECKING:
    from fourfold.evals.matrix import report
    from fourfold.evals.verdict import Pair

Interval = Annotated[tuple[float, float], Meta(description="holds while it is watched")]


class Arm(Answer):
    """A version on a model."""

    version: Annotated[int | str, Meta(description='a number, "git:REF" or "none"')]
    model: str


class TestedArm(Arm):
    """What an arm came to. Tokens, times and costs are medians of a run."""

    __test__ = False  # pytest's business is another one

    runs: int
    passed: int
    rate: float | None
    interval: Interval
    score: float | None
    missing: int
    input_tokens: float | None
    output_tokens: float | None
    duration_ms: float | None
    cost_usd: float | None
    distinct: Annotated[int, Meta(description="how many answers differ")]
    dropped: bool
    by: Annotated[
        str | None, Meta(description="others whose answers are among them; null: this user's alone")
    ]


class TestPair(Answer):
    """Two arms against each other."""

    __test__ = False

    a: Arm
    b: Arm
    verdict: Annotated[
        Literal["better", "worse", "equal", "undecided"], Meta(description="of b, held against a")
    ]
    difference: float
    interval: Interval
    wins: int
    losses: int
    pairs: int
    evidence: float
    sentence: str

    @classmethod
    def of(cls, pair: Pair) -> Self:
        return cls.copied(
            pair,
            a=Arm(**_place(pair.a)),
            b=Arm(**_place(pair.b)),
            interval=(pair.low, pair.high),
            evidence=min(pair.evidence, sys.float_info.max),  # JSON has no infinity
        )


class ArmOnTest(Arm):
    """What an arm did on a test."""

    runs: int
    passed: int
    score: float | None
    missing: Annotated[int, Meta(description="answers that could not be had, or not be judged")]
    run: Annotated[
        str | None,
        Meta(description="the first that did not pass, else a missing one, else the first"),
    ]
    reason: Annotated[str | None, Meta(description="why that one did not pass")]


class TestRow(Answer):
    """A test, and what each arm did on it."""

    __test__ = False

    name: str
    arms: list[ArmOnTest]


class TestReport(Answer):
    """What a matrix came to."""

    __test__ = False

    id: str
    step: str
    by: Annotated[str | None, Meta(description="whose it is; null: this user's")]
    started: Annotated[str, Meta(description="ISO 8601 UTC")]
    seed: int
    stopped: Stopped
    calls: int
    cached: Annotated[int, Meta(description="answers that were there before")]
    cost_usd: float | None
    sentence: str
    arms: list[TestedArm]
    pairs: list[TestPair]
    tests: list[TestRow]

    @classmethod
    def of(cls, found: report.TestReport) -> Self:
        arms = found.results.arms
        return cls.copied(
            found,
            started=moment(found.started),
            calls=found.spending.calls,
            cost_usd=found.spending.cost_usd,
            arms=[TestedArm.copied(one, **_place(one.arm)) for one in found.figures()],
            pairs=[TestPair.of(pair) for pair in found.found.pairs],
            tests=[
                TestRow(
                    name=name,
                    arms=[
                        ArmOnTest.copied(cell, **_place(arm))
                        for arm, cell in zip(arms, cells, strict=True)
                    ],
                )
                for name, cells in found.cells()
            ],
        )


class ListedTest(Answer):
    """A test of a prompt, and where it stands."""

    name: str
    uri: Annotated[str, Meta(description="of the file that has it")]
    range: Annotated[Range, Meta(description="of a file of UTF-8, in the client's units")]
    vars: Annotated[list[str], Meta(description="the names of its variables")]
    asserts: Annotated[int, Meta(description="how many assertions it has")]


class ListedTests(Answer):
    """The tests of a prompt that can be run, in the order of their files."""

    tests: list[ListedTest]


class SavedTest(Answer):
    """A test that was added to a file."""

    name: str
    uri: Annotated[str, Meta(description="of the tests file")]


class StartedTests(Answer):
    """A matrix that goes on."""

    id: Annotated[str, Meta(description="its report's")]
    planned: Annotated[int | None, Meta(description="how many calls at most")]
    estimate_usd: Annotated[float | None, Meta(description="what they would cost, about")]


class TestsNews(News):
    """What `fourfold/testsChanged` says of a matrix."""

    __test__ = False

    uri: Annotated[str, Meta(description="of the prompt file")]
    id: Annotated[str, Meta(description="its report's")]
    goes_on: Annotated[bool, Meta(description="false: it has ended, or was cancelled")]


class TestReports(Answer):
    """A report for each step that was tested."""

    __test__ = False

    reports: list[TestReport]


def _place(arm: Any) -> dict[str, Any]:
    return {"version": arm.version, "model": arm.model}
