"""A test report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fourfold.cli.output import note, print_table, say
from fourfold.evals.matrix.arm import version_label
from fourfold.reports.test_report import (
    answers_of_others,
    by_whom,
    rate,
    reasons,
    worst_first,
)
from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.evals.matrix.report import ArmFigures, TestReport

_MOST_TESTS = 30
_MOST_REASONS = 5


def print_report(report: TestReport) -> None:
    """The table of versions, the tests that not all of them passed, the worst first, with why, and
    the sentence."""
    arms = report.results.arms
    several = len({arm.model for arm in arms}) > 1
    print_table(
        ["Version", "Passed", "Rate", "Missing", "Tokens", "Time", "Cost", "Distinct", "Model"],
        [_arm_row(one) for one in report.figures()],
        ["<", ">", ">", ">", ">", ">", ">", ">", "<"],
        spare=["Distinct", "Tokens", "Time", *([] if several else ["Model"])],
    )
    rows = worst_first(report)
    failing = [
        [name, *(f"{cell.passed}/{cell.runs}" for cell in cells)]
        for name, cells in rows
        if any(cell.passed < cell.runs for cell in cells)
    ]
    if failing:
        aligned: list[Literal["<", ">"]] = ["<", *([">"] * len(arms))]  # type: ignore[list-item]
        print_table(["Test", *map(str, arms)], failing[:_MOST_TESTS], aligned)
    if len(failing) > _MOST_TESTS:
        note(f"{len(failing) - _MOST_TESTS:,} more tests did not always pass; --json has them all.")
    why = reasons(report, rows)
    for sentence in why[:_MOST_REASONS]:
        note(sentence)
    if len(why) > _MOST_REASONS:
        more = figures.counted(len(why) - _MOST_REASONS, "more reason")
        note(f"{more}: --json has them all.")
    if report.by is not None:
        note(f"{report.step}: {by_whom(report)}")
    elif report.stopped in ("budget", "cancelled"):
        where = "at its limit" if report.stopped == "budget" else "before its end"
        note(f"{report.step}: stopped {where}; run it again to fill the gaps.")
    for sentence in answers_of_others(report):
        note(f"{report.step}: {sentence}")
    say(f"{report.step}: {report.sentence}")


def _arm_row(one: ArmFigures) -> list[str]:
    label, tokens = version_label(one.arm.version), one.output_tokens
    return [
        f"{label} dropped" if one.dropped else label,
        f"{one.passed:,}/{one.runs:,}",
        rate(one),
        f"{one.missing:,}",
        figures.NOTHING if tokens is None else f"{tokens:,.0f}",
        figures.seconds(one.duration_ms),
        figures.dollars(one.cost_usd),
        f"{one.distinct:,}",
        one.arm.model,
    ]
