"""What promptfoo 0.123.1 decided in 558 recorded cases, against what is decided here.

`data/promptfoo-verdicts.jsonl` was recorded by running it; `data/README.md` says how.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fourfold.evals.grading import Grade, grade
from fourfold.evals.missing import MISSING
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.response import Response
from fourfold.evals.test_files.reading import read_tests

DATA = Path(__file__).with_name("data")
RECORDED = [json.loads(line) for line in (DATA / "promptfoo-verdicts.jsonl").open(encoding="utf-8")]
FILES = ReferencedFiles(DATA, DATA)

PAGE = Path(__file__).parents[2] / "server" / "TESTS.md"

# Where we differ on purpose, and under which heading of TESTS.md that stands.
DIFFERENT = {
    "aggregate-005": "A test that asserts nothing",
    "csv-underscore-001": "A test that asserts nothing",
    "no-tests-001": "A test that asserts nothing",
    "equals-014": "An assertion without its value",
    "repeat-005": "A repeat below 1",
    "prompts-two-005": "Keys that are not supported",
    "javascript-022": "A number that is none",
    "javascript-074": "Parts of what a program says",
    "response-meta-041": "What JavaScript gets to know",
    "store-001": "Keys that are not supported",
    "store-002": "Keys that are not supported",
    "transform-025": "Keys that are not supported",
    "transform-035": "Keys that are not supported",
}


def graded(recorded: dict[str, Any]) -> Grade:
    test = recorded["test"]
    source = {"defaultTest": recorded.get("defaultTest"), "tests": [test]}
    found = read_tests("a.tests.json", json.dumps(source), FILES)
    used = recorded.get("vars_used")
    placed = next(
        (it for it in found.cases if used is None or dict(it.case.variables) == used),
        found.cases[0],
    )
    if placed.refused:
        return Grade(False, 0.0, error=placed.refused)
    case = placed.case
    variables = {**case.variables, **(used or {})}
    return grade(
        response_of(recorded, given=case.recorded is not MISSING),
        case.assertions,
        variables,
        threshold=case.threshold,
        transform=case.transform,
        read_file=FILES.value,
    )


def response_of(recorded: dict[str, Any], *, given: bool) -> Response:
    record = recorded["output"]
    if isinstance(record, dict) and recorded["id"].startswith("response-meta"):
        return Response(
            record.get("output"),
            record.get("latencyMs", 0),
            record.get("cost"),
            record.get("finishReason"),
        )
    return Response(record, 0, 0 if given else None)


@pytest.mark.parametrize("recorded", RECORDED, ids=[line["id"] for line in RECORDED])
def test_it_is_decided_as_promptfoo_did(recorded: dict[str, Any]) -> None:
    expected, found = recorded["expected"], graded(recorded)
    scores = [(score.passed, score.score) for score in found.scores]
    same = (
        found.passed == expected["pass"]
        and found.score == pytest.approx(expected["score"] or 0)
        and (found.error is None) == (expected["error"] is None)
        and scores == [(part["pass"], part["score"]) for part in expected["assertions"]]
        and all(
            found.metrics.get(name) == pytest.approx(score)
            for name, score in expected.get("namedScores", {}).items()
        )
    )
    assert same == (recorded["id"] not in DIFFERENT), (recorded, found)


@pytest.mark.parametrize("name", DIFFERENT)
def test_each_difference_stands_on_the_page_with_its_reason(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"\n### {DIFFERENT[name]}\n")[1].split("\n### ")[0]
    assert f"`{name}`" in section
