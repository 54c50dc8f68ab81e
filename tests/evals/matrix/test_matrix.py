"""The order, the limits, what counts of what came back, and what is required."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from fourfold.app.answers import tests as answers
from fourfold.evals.matrix.arm import Arm, make_arms
from fourfold.evals.matrix.order import drawn
from fourfold.evals.matrix.report import TestReport
from fourfold.evals.matrix.requirement import passes_often_enough, required, worst
from fourfold.evals.matrix.results import Answer, Results, ending, settled
from fourfold.runs.spending import Spending

A, B, C = make_arms([(1, "m"), (2, "m"), (3, "m")])


def results(arms: list[Arm], *scores: str, baseline: Arm | None = None) -> Results:
    """A text for each arm: + passed, - failed, ? missing, blank still to come."""
    order = [(f"t{place}", 1) for place in range(max(map(len, scores)))]
    made = Results(arms, order, baseline)
    signs = {"+": Answer(True, 1.0), "-": Answer(False, 0.0), "?": Answer(None)}
    for arm, its in zip(arms, scores, strict=True):
        for place, sign in enumerate(its):
            if sign in signs:
                made.put(arm, place, signs[sign])
    return made


def report(made: Results, **changes: Any) -> TestReport:
    values: dict[str, Any] = {
        "id": "r", "step": "greet", "seed": 1, "stopped": "done", "cached": 0,
        "spending": Spending(), "results": made, "found": made.verdict(), "names": {},
        "left": frozenset(), "started": datetime.now(UTC),
    }  # fmt: skip
    return TestReport(**(values | changes))


def test_rounds_are_drawn_and_can_be_drawn_again() -> None:
    repeats = {f"t{number}": 3 for number in range(20)} | {"once": 1}
    order = drawn(repeats, 5)
    assert order == drawn(dict(reversed(repeats.items())), 5)
    assert order != drawn(repeats, 6)
    rounds = [order[:21], order[21:41], order[41:]]
    assert [{repeat for _, repeat in one} for one in rounds] == [{1}, {2}, {3}]
    assert Counter(test for test, _ in order) == repeats
    assert [test for test, _ in rounds[1]] != [test for test, _ in rounds[2]]
    assert drawn({}, 1) == []


def test_arms_name_their_model_where_it_tells_them_apart() -> None:
    assert [str(arm) for arm in (A, B)] == ["v1", "v2"]
    assert [str(arm) for arm in make_arms([(1, "a"), (1, "b")])] == ["v1 on a", "v1 on b"]
    assert [str(arm) for arm in make_arms([(1, "a"), (2, "b")])] == ["v1", "v2"]


def test_calls_that_go_on_at_once_pass_no_limit_together() -> None:
    spending = Spending(most_calls=2)
    assert [spending.take(None) for _ in range(3)] == [True, True, False]
    spending.settle(None, None, called=False)
    assert spending.take(None)
    spending.settle(None, 0.5, called=True)
    spending.settle(None, 0.25, called=True)
    assert not spending.take(None)
    assert (spending.calls, spending.cost_usd) == (2, 0.75)


def test_a_budget_holds_what_calls_may_cost_until_they_have_cost_it() -> None:
    spending = Spending(budget_usd=1.0)
    assert [spending.take(0.4) for _ in range(3)] == [True, True, False]
    spending.settle(0.4, 0.1, called=True)
    assert spending.take(0.5)
    assert not spending.take(0.1)
    assert not Spending(budget_usd=0.0).take(0.01)


def test_what_came_back_first_is_not_what_counts_first() -> None:
    made = results([A, B], "-- --", "++++ ")
    [pair] = made.verdict().pairs
    assert (pair.pairs, pair.wins) == (2, 2)
    assert made.reach([A, B]) == 2
    made.put(A, 2, Answer(True, 1.0))
    assert made.verdict().pairs[0].pairs == 4


def test_a_gap_of_both_is_a_gap() -> None:
    """Else the pairs that came back first would be chosen by how they ended."""
    [one] = results([A, B], "- -", "+ +").verdict().pairs
    assert one.pairs == 1


@pytest.mark.parametrize(
    ("scores", "out", "ends"),
    [
        (["-" * 3, "+" * 3], set(), None),
        (["-" * 30, "+" * 30], {A}, "certain"),
        (["+" * 30, "-" * 30], {B}, "certain"),
        (["-" * 30, "+" * 30, "+" * 30], {A}, None),
        (["+" * 300, "+" * 300], set(), "equal"),
        (["-" * 300, "+" * 300, "+" * 300], {A}, "equal"),
        (["?" * 300, "+" * 300], set(), None),
    ],
)
def test_when_nothing_more_is_to_be_learned(scores: list[str], out: set[Arm], ends: Any) -> None:
    found = results([A, B, C][: len(scores)], *scores).verdict()
    assert settled(found, None) == out
    assert ending(found, None) == ends


def test_against_a_baseline_each_other_arm_is_settled_by_itself() -> None:
    found = results([A, B, C], "-" * 30, "+" * 30, "-" * 30, baseline=A).verdict()
    assert settled(found, A) == {B}
    assert ending(found, A) is None
    found = results([A, B, C], "-" * 300, "+" * 300, "-" * 300, baseline=A).verdict()
    assert (settled(found, A), ending(found, A)) == ({B, C}, "certain")


@pytest.mark.parametrize(
    ("scores", "stopped", "better", "not_worse"),
    [
        (["-" * 30, "+" * 30], "done", "so", "so"),
        (["+" * 30, "-" * 30], "done", "not so", "not so"),
        (["+" * 300, "+" * 300], "equal", "not so", "so"),
        (["-" * 4, "+" * 4], "done", "not proven", "so"),
        (["-" * 12 + "?" * 18, "+" * 30], "done", "not had", "not had"),
        (["-" * 12 + " " * 18, "+" * 12 + " " * 18], "certain", "so", "so"),
        (["-" * 12 + " " * 18, "+" * 12 + " " * 18], "budget", "not had", "not had"),
        (["?" * 5, "?" * 5], "done", "not had", "not had"),
    ],
)
def test_what_is_required(scores: list[str], stopped: Any, better: str, not_worse: str) -> None:
    made = report(results([A, B], *scores, baseline=A), stopped=stopped)
    assert required(made, 2, "better") == better
    assert required(made, 2, "not-worse") == not_worse
    assert required(made, 3, "better") == "not had"


def test_a_rate_is_that_of_the_current_version() -> None:
    made = report(results([A, B], "----", "+++-"))
    assert passes_often_enough(made, 2, 0.75) == "so"
    assert passes_often_enough(made, 2, 0.76) == "not so"
    assert passes_often_enough(made, 9, 0.1) == "not so"
    assert passes_often_enough(report(results([A], "??")), 1, 0.1) == "not had"
    assert worst(["so", "not proven", "not had", "not so"]) == "not so"
    assert worst(["so", "not proven", "not had"]) == "not had"
    assert worst([]) == "so"


def as_json(made: TestReport) -> dict[str, Any]:
    return json.loads(json.dumps(answers.TestReport.of(made).to_json(), allow_nan=False))


def test_a_report_is_json_whatever_is_in_it() -> None:
    made = report(
        results([A, B], "-" * 3000, "+" * 3000),
        spending=Spending(calls=3, cost_usd=0.31),
        names={"t0": "first", "t9": "last"},
        left=frozenset({A}),
    )
    shape = as_json(made)
    assert shape["sentence"].endswith("of 3,000 pairs, $0.3100.")
    assert [arm["dropped"] for arm in shape["arms"]] == [True, False]
    assert [test["name"] for test in shape["tests"]] == ["first", "last"]
    empty = as_json(report(Results([A, B], [("t", 1)], None)))
    assert (empty["arms"][0]["interval"], empty["arms"][0]["rate"]) == ([0.0, 1.0], None)
    assert empty["pairs"] == []
