"""A test report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fourfold.cli.output import note, print_table, say
from fourfold.evals.matrix.arm import version_label
from fourfold.reports.test_report import rate
from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.evals.matrix.report import TestReport

_MOST_TESTS = 30


def print_report(report: TestReport) -> None:
    """The table of versions, the tests that not all of them passed, and the sentence."""
    shape = report.shape()
    several = len({arm["model"] for arm in shape["arms"]}) > 1
    labels = [str(arm) for arm in report.results.arms]
    print_table(
        ["Version", "Passed", "Rate", "Missing", "Tokens", "Time", "Cost", "Distinct", "Model"],
        [_arm_row(version_label(arm["version"]), arm) for arm in shape["arms"]],
        ["<", ">", ">", ">", ">", ">", ">", ">", "<"],
        spare=["Distinct", "Tokens", "Time", *([] if several else ["Model"])],
    )
    failing = [
        [test["name"], *(f"{arm['passed']}/{arm['runs']}" for arm in test["arms"])]
        for test in shape["tests"]
        if any(arm["passed"] < arm["runs"] for arm in test["arms"])
    ]
    if failing:
        aligned: list[Literal["<", ">"]] = ["<", *([">"] * len(labels))]  # type: ignore[list-item]
        print_table(["Test", *labels], failing[:_MOST_TESTS], aligned)
    if len(failing) > _MOST_TESTS:
        note(f"{len(failing) - _MOST_TESTS:,} more tests did not always pass; --json has them all.")
    if report.stopped in ("budget", "cancelled"):
        why = "at its limit" if report.stopped == "budget" else "before its end"
        note(f"{report.step}: stopped {why}; run it again to fill the gaps.")
    say(f"{report.step}: {report.sentence}")


def _arm_row(label: str, arm: dict[str, Any]) -> list[str]:
    tokens = arm["outputTokens"]
    return [
        f"{label} dropped" if arm["dropped"] else label,
        f"{arm['passed']:,}/{arm['runs']:,}",
        rate(arm),
        f"{arm['missing']:,}",
        figures.NOTHING if tokens is None else f"{tokens:,.0f}",
        figures.seconds(arm["durationMs"]),
        figures.dollars(arm["costUsd"]),
        f"{arm['distinct']:,}",
        arm["model"],
    ]
