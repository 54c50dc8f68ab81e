"""Reports of matrices as they are kept: rows, of which the report is made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import InvalidArgumentError
from fourfold.evals.matrix.arm import Arm, make_arms
from fourfold.evals.matrix.report import TestReport
from fourfold.evals.matrix.results import Answer, Results
from fourfold.runs.spending import Spending

if TYPE_CHECKING:
    from fourfold.project.project import Project


def kept_report(project: Project, step: str, matrix: str | None = None) -> TestReport:
    """The report of a step's matrix by its id, else of its last one. One that was killed, or goes
    on, is reported as far as it came. InvalidArgumentError where there is none."""
    kept = project.store.find_matrix(step, matrix) if project.is_used else None
    if kept is None:
        which = "no test report yet" if matrix is None else f"no test report {matrix}"
        raise InvalidArgumentError(
            "step" if matrix is None else "id", f"{step} has {which}; run `fourfold test {step}`."
        )
    if kept.author is None:
        arms = [Arm(arm.version, arm.model, arm.label) for arm in kept.arms]
    else:  # by the names that their texts have here
        arms = make_arms([(arm.version, arm.model) for arm in kept.arms])
    results = Results(arms, kept.order, None if kept.baseline is None else arms[kept.baseline])
    for one in project.store.answers(kept.id):
        results.put(
            arms[one.arm],
            one.place,
            Answer(
                one.passed,
                one.score,
                one.response,
                one.input_tokens,
                one.output_tokens,
                one.duration_ms,
                one.cost_usd,
                one.run,
                one.reason,
                (True,) * one.agreed + (False,) * one.differed,
                one.by,
            ),
        )
    return TestReport(
        id=kept.id,
        step=kept.step,
        seed=kept.seed,
        stopped=kept.stopped or "cancelled",
        cached=kept.cached,
        spending=Spending(calls=kept.calls, cost_usd=kept.cost_usd),
        results=results,
        found=results.verdict(),
        names=dict(kept.tests),
        left=frozenset(arm for arm, row in zip(arms, kept.arms, strict=True) if row.left),
        started=kept.started,
        refused=kept.refused,
        by=kept.author,
    )
