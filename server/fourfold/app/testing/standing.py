"""How the versions of a prompt stand on its tests, by the reports that are still about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.evals.matrix.report import TestReport
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile

_WORDS = {
    ("better", True): "better than",
    ("worse", False): "better than",
    ("worse", True): "worse than",
    ("better", False): "worse than",
    ("equal", True): "equal to",
    ("equal", False): "equal to",
}
"""By the verdict of a pair, and whether it is the pair's b that is spoken of."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one text stands: its `rate` as `91 % (84–96)`, the whole `line` as
    `v4 91 % (84–96) · better than v3`, and the report that says so."""

    rate: str
    line: str
    report: str


def read_standings(project: Project, file: StepFile) -> dict[str, Standing]:
    """For each text of a prompt, by its hash, how it stands by the newest report that is about just
    the tests that there are now; those without such a report are left out."""
    outlines = project.store.matrix_outlines(file.step) if project.is_used else []
    tests = _tests(project, file) if outlines else frozenset()
    found: dict[str, Standing] = {}
    for outline in outlines:
        if tests and outline.tests == tests and not outline.texts <= found.keys():
            found = {**_standings(project, file.step, outline.id), **found}
    return found


def _tests(project: Project, file: StepFile) -> frozenset[str]:
    """The identities of the tests that can be run; none where there are none."""
    from fourfold.app.testing.checked import kept_templates
    from fourfold.app.testing.files import tests_files
    from fourfold.app.testing.tests import step_tests, tests_beside

    history = project.store.history(file.step)
    if history is None or not tests_files(file):
        return frozenset()
    try:
        found = tests_beside(project, file, {})
        return frozenset(step_tests(file.step, found, kept_templates(file, history)).cases)
    except FourfoldError:
        return frozenset()


def _standings(project: Project, step: str, matrix: str) -> Mapping[str, Standing]:
    from fourfold.app.testing.kept_report import kept_report
    from fourfold.reports.test_report import rate

    kept = project.store.find_matrix(step, matrix)
    if kept is None:
        return {}
    report = kept_report(project, step, matrix)
    found = {}
    for row, figures in zip(kept.arms, report.figures(), strict=True):
        if figures.runs and row.hash not in found:
            share = rate(figures)
            parts = [f"{figures.arm} {share}", _against_others(report, figures.arm)]
            found[row.hash] = Standing(share, " · ".join(filter(None, parts)), matrix)
    return found


def _against_others(report: TestReport, arm: object) -> str:
    """`better than v3 and v2, worse than v1`; nothing where there is no other."""
    others: dict[str, list[str]] = {}
    pairs = [pair for pair in report.found.pairs if arm in (pair.a, pair.b)]
    for pair in pairs:
        is_b = pair.b == arm
        if (word := _WORDS.get((pair.verdict, is_b))) is not None:
            others.setdefault(word, []).append(str(pair.a if is_b else pair.b))
    if not others:
        return "not decided" if pairs else ""
    return ", ".join(
        f"{word} {' and '.join(others[word])}"
        for word in dict.fromkeys(_WORDS.values())
        if word in others
    )
