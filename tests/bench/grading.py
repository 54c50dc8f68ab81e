"""How long it takes to grade 10,000 responses, and to report 20,000 results."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.bench.harness import bounded, compared, in_turn, timed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.harness import Row

REPEATS = 5
RESPONSES = 10_000
GRADING_MS = 1_500
VERSIONS, TESTS, TIMES = 4, 1_000, 5
REPORT_MS = 1_000


def measure(_: Path) -> list[Row]:
    """Three assertions for each response, against the same checks as plain Python."""
    texts = _texts()
    ours, bare = in_turn(
        REPEATS, partial(timed, partial(_grade, texts)), partial(timed, partial(_bare, texts))
    )
    name = f"grading {RESPONSES:,} responses with 3 assertions / the checks alone"
    row = compared(name, statistics.median(ours), statistics.median(bare), None)
    [reports] = in_turn(REPEATS, partial(timed, partial(_report, _results())))
    report = statistics.median(reports)
    grading = statistics.median(ours)
    return [
        replace(row, target=f"< {GRADING_MS:,} ms", ok=grading < GRADING_MS),
        bounded(f"report of {VERSIONS * TESTS * TIMES:,} results", report, REPORT_MS),
    ]


def _texts() -> list[str]:
    draw = random.Random(1)
    words = ["alpha", "beta", "gamma", "delta", "however", "sorry"]
    return [" ".join(draw.choices(words, k=draw.randint(5, 120))) for _ in range(RESPONSES)]


def _grade(texts: Sequence[str]) -> None:
    from fourfold.evals.cases import Assertion
    from fourfold.evals.grading import grade
    from fourfold.evals.response import Response

    assertions = [
        Assertion("icontains", value="{{ word }}"),
        Assertion("word-count", value={"min": 1, "max": 100}),
        Assertion("is-refusal", negated=True),
    ]
    for number, text in enumerate(texts):
        grade(Response(text), assertions, {"word": "Alpha", "number": number % 50})


def _bare(texts: Sequence[str]) -> None:
    for text in texts:
        _ = ("alpha" in text.lower(), 1 <= len(text.split()) <= 100, text.startswith("sorry"))


def _results() -> Any:
    """Results as a matrix has them, of versions that are nearly as good as each other."""
    from fourfold.evals.matrix.arm import make_arms
    from fourfold.evals.matrix.order import drawn
    from fourfold.evals.matrix.results import Answer, Results

    draw = random.Random(2)
    arms = make_arms([(version, "model") for version in range(1, VERSIONS + 1)])
    order = drawn({f"test {number}": TIMES for number in range(TESTS)}, 3)
    results = Results(arms, order, None)
    for place in range(len(order)):
        for arm in arms:
            passed = draw.random() < 0.8
            answer = Answer(
                passed,
                float(passed),
                f"response {draw.randint(1, 500)}",
                input_tokens=100,
                output_tokens=draw.randint(1, 300),
                duration_ms=draw.random() * 2000,
                cost_usd=draw.random() / 100,
                run=f"run-{place}",
                reason="" if passed else "contains: “yes” is in it: that is not so.",
            )
            results.put(arm, place, answer)
    return results


def _report(results: Any) -> None:
    """All that a report takes: the verdict, its shape as JSON and the document."""
    import json
    from datetime import UTC, datetime

    from fourfold.app.answers import tests as answers
    from fourfold.evals.matrix.report import TestReport
    from fourfold.reports.test_report import report_markdown
    from fourfold.runs.spending import Spending

    report = TestReport(
        id="a",
        step="a",
        seed=1,
        stopped="done",
        cached=0,
        spending=Spending(),
        results=results,
        found=results.verdict(),
        names={f"test {number}": f"test {number}" for number in range(TESTS)},
        left=frozenset(),
        started=datetime.now(UTC),
    )
    json.dumps(answers.TestReport.of(report).to_json())
    report_markdown(report)
