"""The Markdown document of a TestReport: the sentence, a table of versions, and the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.text import figures
from fourfold.text.markdown import plain, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.evals.matrix.report import ArmFigures, Cell, TestReport
    from fourfold.text.markdown import Align

    Row = tuple[str, list[Cell]]
    LinkRun = Callable[[str, str], str]

MOST_TESTS = 50
_MOST_REASONS = 10
_STOPPED = {
    "budget": "It stopped at its limit; run it again to fill the gaps.",
    "cancelled": "It was stopped before its end; run it again to fill the gaps.",
}


def report_markdown(report: TestReport, link_run: LinkRun = lambda text, _: text) -> str:
    """The document. Of tests those come first on which a version did worst against the baseline,
    else against the first; `link_run` makes of a cell a link to a run, by its id."""
    rows = worst_first(report)
    parts = [f"## {plain(report.step)}", f"**{plain(report.sentence)}**"]
    if report.by is not None:
        parts.append(plain(by_whom(report)))
    elif report.stopped in _STOPPED:
        parts.append(_STOPPED[report.stopped])
    parts += [plain(one) for one in answers_of_others(report)]
    why = [f"- {plain(sentence)}" for sentence in reasons(report, rows)[:_MOST_REASONS]]
    parts += [_versions(report), _tests(report, rows, link_run), "\n".join(why)]
    if report.refused:
        refused = "\n".join(f"- {plain(str(one))}" for one in report.refused)
        parts.append(f"Tests that cannot be run:\n\n{refused}")
    return "\n\n".join(part for part in parts if part) + "\n"


def by_whom(report: TestReport) -> str:
    """`By ann, yesterday.` of a report that another person has had made."""
    when = figures.ago(report.started, datetime.now(UTC))
    so_far = ", as far as it is" if report.stopped == "cancelled" else ""
    return f"By {report.by}, {when}{so_far}."


def answers_of_others(report: TestReport) -> list[str]:
    """`Some answers of v3 are by ann, bob.` of a report of this user's."""
    arms = report.figures() if report.by is None else []
    return [f"Some answers of {one.arm} are by {one.by}." for one in arms if one.by]


def rate(arm: ArmFigures) -> str:
    """`91 % (84–96)`."""
    if arm.rate is None:
        return figures.NOTHING
    low, high = arm.interval
    return f"{arm.rate * 100:.0f} % ({low * 100:.0f}–{high * 100:.0f})"


def worst_first(report: TestReport) -> list[Row]:
    """The tests with what each version made of them, those first on which one did worst against the
    baseline, else against the first."""
    base = _base(report)
    return sorted(report.cells(), key=lambda row: _loss(row[1], base))


def reasons(report: TestReport, rows: Sequence[Row]) -> list[str]:
    """`charged twice, v3: …` for each version that did not pass one of these tests."""
    return [
        f"{name}, {arm}: {cell.telling.reason}"
        for name, cells in rows
        for arm, cell in zip(report.results.arms, cells, strict=True)
        if arm != report.results.baseline and cell.telling is not None and cell.telling.reason
    ]


def _versions(report: TestReport) -> str:
    rows = [
        [
            plain(f"{one.arm} (dropped)" if one.dropped else str(one.arm)),
            f"{one.passed:,}/{one.runs:,}",
            rate(one),
            f"{one.missing:,}",
            figures.seconds(one.duration_ms),
            figures.dollars(one.cost_usd),
            plain(one.arm.model),
        ]
        for one in report.figures()
    ]
    header = ["Version", "Passed", "Rate", "Missing", "Time", "Cost", "Model"]
    return table(header, rows, ["<", ">", ">", ">", ">", ">", "<"])


def _tests(report: TestReport, rows: Sequence[Row], link_run: LinkRun) -> str:
    failing = [
        row for row in rows if any(cell.passed < cell.runs or not cell.runs for cell in row[1])
    ]
    if not failing:
        return f"All versions always passed {figures.counted(len(rows), 'test')}." if rows else ""
    align: list[Align] = ["<", *([">"] * len(report.results.arms))]  # type: ignore[list-item]
    parts = [
        table(
            ["Test", *(plain(str(arm)) for arm in report.results.arms)],
            [
                [plain(name), *(_cell(cell, link_run) for cell in cells)]
                for name, cells in failing[:MOST_TESTS]
            ],
            align,
        )
    ]
    more, passed = len(failing) - MOST_TESTS, len(rows) - len(failing)
    if more > 0:
        parts.append(f"{figures.counted(more, 'more test')} did not always pass.")
    if passed:
        parts.append(f"{figures.counted(passed, 'test')} always passed.")
    return "\n\n".join(parts)


def _cell(cell: Cell, link_run: LinkRun) -> str:
    if not cell.runs:
        return figures.NOTHING
    text = f"{'✓' if cell.passed == cell.runs else '✗'} {cell.passed}/{cell.runs}"
    run = cell.telling.run if cell.telling else None
    return text if run is None else link_run(text, run)


def _base(report: TestReport) -> int:
    baseline = report.results.baseline
    return report.results.arms.index(baseline) if baseline in report.results.arms else 0


def _loss(cells: Sequence[Cell], base: int) -> tuple[float, float]:
    """The largest step down from the base among the others, then the least rate; less is worse."""
    rates = [cell.passed / cell.runs if cell.runs else None for cell in cells]
    known = [one for one in rates if one is not None]
    held = rates[base] if rates else None
    return min((one - held for one in known), default=0) if held is not None else 0, min(
        known, default=0
    )
