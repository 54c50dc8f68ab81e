"""How the versions of a prompt stand on its tests, by reports of this user and of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.evals.matrix.report import ArmFigures, TestReport
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import MatrixOutline

_WORDS = {
    ("better", True): "better than",
    ("worse", False): "better than",
    ("worse", True): "worse than",
    ("better", False): "worse than",
    ("equal", True): "equal to",
    ("equal", False): "equal to",
}
"""By the verdict of a pair, and whether it is the pair's b that is spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one text stands by one `report`: its `rate` as `91 % (84–96)`, its `verdict` as
    `better than v3`, the whole `line` as `v4 91 % (84–96) · better than v3`. One that is `by`
    another person says on how many `tests`, whether they are those that there are now
    (`same_tests`), by whom and when."""

    rate: str
    verdict: str | None
    line: str
    report: str
    by: str | None
    started: datetime
    passed: int
    runs: int
    interval: tuple[float, float]
    tests: int
    same_tests: bool

    @property
    def short(self) -> str:
        """`91 % (84–96) by ann, yesterday · better than v3`; of this user's without whose it is."""
        rate = self.rate if self.by is None else f"{self.rate} {_whose(self.by, self.started)}"
        return f"{rate} · {self.verdict}" if self.verdict else rate


Standings = dict[str, tuple[Standing, ...]]
"""Of each text, by its hash, this user's standing, then that of others, as far as there are."""


def read_standings(project: Project, file: StepFile) -> Standings:
    """How each text of a prompt stands: by this user's newest report that is about just the tests
    that there are now, and by the newest one of others, which may be about other tests where none
    is about these. Texts without any are left out."""
    outlines = project.store.matrix_outlines(file.step) if project.is_used else []
    tests = _tests(project, file) if outlines else frozenset()
    of_tests = [one for one in outlines if tests and one.tests == tests]
    own = [one for one in of_tests if one.author is None]
    theirs = [one for one in of_tests if one.author is not None]
    theirs += [one for one in outlines if one.author is not None and one not in of_tests]
    found: Standings = {}
    for ranked in (own, theirs):
        for text, standing in _newest(project, file.step, ranked, tests).items():
            found[text] = (*found.get(text, ()), standing)
    return found


def rates(standings: Standings) -> dict[str, str]:
    """Of each text, by its hash, `91 % (84–96) · better than v3; 93 % (90–95) by ann, …`."""
    return {text: "; ".join(one.short for one in all_) for text, all_ in standings.items()}


def _newest(
    project: Project, step: str, outlines: Sequence[MatrixOutline], tests: frozenset[str]
) -> dict[str, Standing]:
    """Of each text what the first of these says that says something."""
    found: dict[str, Standing] = {}
    for outline in outlines:
        if not outline.texts <= found.keys():
            standings = _standings(project, step, outline.id, same=outline.tests == tests)
            found = {**standings, **found}
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


def _standings(project: Project, step: str, matrix: str, *, same: bool) -> Mapping[str, Standing]:
    from fourfold.app.testing.kept_report import kept_report
    from fourfold.reports.test_report import rate

    kept = project.store.find_matrix(step, matrix)
    if kept is None:
        return {}
    report = kept_report(project, step, matrix)
    found: dict[str, Standing] = {}
    for row, of_arm in zip(kept.arms, report.figures(), strict=True):
        if of_arm.runs and row.hash not in found:
            found[row.hash] = Standing(
                rate=rate(of_arm),
                verdict=_against_others(report, of_arm.arm) or None,
                line=_line(report, of_arm, same=same),
                report=matrix,
                by=report.by,
                started=report.started,
                passed=of_arm.passed,
                runs=of_arm.runs,
                interval=of_arm.interval,
                tests=len(report.names),
                same_tests=same,
            )
    return found


def _line(report: TestReport, of_arm: ArmFigures, *, same: bool) -> str:
    from fourfold.reports.test_report import rate

    said = f"{of_arm.arm} {rate(of_arm)}"
    if report.by is None:
        return " · ".join(filter(None, [said, _against_others(report, of_arm.arm)]))
    other = "" if same else "other "
    said += f" on {figures.counted(len(report.names), f'{other}test')}"
    whose = _whose(report.by, report.started)
    return " · ".join(filter(None, [said, _against_others(report, of_arm.arm), whose]))


def _whose(by: str, started: datetime) -> str:
    """`by ann, yesterday`"""
    return f"by {by}, {figures.ago(started, datetime.now(UTC))}"


def _against_others(report: TestReport, arm: object) -> str:
    """`better than v2, v3 and v4, worse than v1`; nothing where there is no other."""
    others: dict[str, list[str]] = {}
    pairs = [pair for pair in report.found.pairs if arm in (pair.a, pair.b)]
    for pair in pairs:
        is_b = pair.b == arm
        if (word := _WORDS.get((pair.verdict, is_b))) is not None:
            others.setdefault(word, []).append(str(pair.a if is_b else pair.b))
    if not others:
        return "not decided" if pairs else ""
    return ", ".join(
        f"{word} {figures.listed(others[word])}"
        for word in dict.fromkeys(_WORDS.values())
        if word in others
    )
