"""Test reports as JUnit XML, which builds show: a suite for each version, a case for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.evals.matrix.arm import Arm
    from fourfold.evals.matrix.report import Cell, TestReport
    from fourfold.store.records import RefusedTest

_NO_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}


def junit_xml(reports: Sequence[TestReport]) -> str:
    """All reports as one document.

    A test that a version did not always pass is a failure, one without any response an error. What
    the baseline did not pass is skipped: it is no news of a build.
    """
    root = ElementTree.Element("testsuites", name="fourfold")
    for report in reports:
        rows = report.cells()
        for place, one in enumerate(report.figures()):
            cases = [_case(report, one.arm, name, cells[place]) for name, cells in rows]
            root.append(_suite(f"{report.step} {one.arm}", cases, report.sentence, by=one.by))
        if report.refused:
            cases = [_refused(report.step, test) for test in report.refused]
            root.append(_suite(report.step, cases, "Tests that cannot be run."))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, 0)) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _suite(
    name: str, cases: list[ElementTree.Element], verdict: str, by: str | None = None
) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_text(name), tests=str(len(cases)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(tag) is not None for case in cases)))
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in {"verdict": verdict, "by": by}.items():
        if value is not None:
            ElementTree.SubElement(properties, "property", name=key, value=_text(value))
    suite.extend(cases)
    return suite


def _case(report: TestReport, arm: Arm, name: str, cell: Cell) -> ElementTree.Element:
    telling = cell.telling
    case = ElementTree.Element(
        "testcase", classname=_text(f"{report.step}.{arm}"), name=_text(name)
    )
    if telling is not None and telling.duration_ms is not None:
        case.set("time", f"{telling.duration_ms / 1000:.3f}")
    why = f": {telling.reason}" if telling is not None and telling.reason else "."
    if not cell.runs:
        ElementTree.SubElement(case, "error", message=_text(f"No response was had{why}"))
    elif cell.passed < cell.runs:
        tag = "skipped" if arm == report.results.baseline else "failure"
        message = f"Passed {cell.passed} of {cell.runs}{why}"
        ElementTree.SubElement(case, tag, message=_text(message))
    return case


def _refused(step: str, test: RefusedTest) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_text(step), name=_text(test.place or step))
    ElementTree.SubElement(case, "error", message=_text(test.reason))
    return case


def _text(text: str) -> str:
    return one_line(text).translate(_NO_XML)
