"""Whether a report shows what a build requires of the current version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fourfold.evals.matrix.report import TestReport
    from fourfold.evals.verdict import Pair

Requirement = Literal["not-worse", "better"]
Finding = Literal["so", "not so", "not proven", "not had"]

_FIRST = ("not so", "not had", "not proven", "so")


def worst(findings: list[Finding]) -> Finding:
    """The one that a build ends with."""
    return min(findings, key=_FIRST.index, default="so")


def required(report: TestReport, current: int | str, requirement: Requirement) -> Finding:
    """How `current` stands to the baseline, on each model: "not had" where that is not known since
    fewer than half of the pairs were. The baseline itself is not worse, and not better."""
    pairs = [pair for pair in report.found.pairs if getattr(pair.b, "version", None) == current]
    baseline = report.results.baseline
    if not pairs and baseline is not None and baseline.version == current:
        return "so" if requirement == "not-worse" else "not so"
    return worst([_of_pair(pair, report, requirement) for pair in pairs]) if pairs else "not had"


def _of_pair(pair: Pair, report: TestReport, requirement: Requirement) -> Finding:
    ended_early = report.stopped in ("certain", "equal") and pair.verdict != "undecided"
    had = pair.pairs - pair.missing
    if not ended_early and 2 * had < len(report.results.order):
        return "not had"
    if requirement == "not-worse":
        return "not so" if pair.verdict == "worse" else "so"
    if pair.verdict == "undecided":
        return "not proven"
    return "so" if pair.verdict == "better" else "not so"


def passes_often_enough(report: TestReport, current: int | str, rate: float) -> Finding:
    """Whether `current` (every version, where it is not tested) passes at `rate` at least."""
    arms = [arm for arm in report.found.arms if getattr(arm.arm, "version", None) == current]
    rates = [arm.rate for arm in arms or report.found.arms]
    if not rates or None in rates:
        return "not had"
    return "so" if all(one is not None and one >= rate for one in rates) else "not so"
