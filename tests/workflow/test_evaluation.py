"""How steps stand, worked out from what they are made of and what their runs came to."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.store.facts import Result
from fourfold.workflow.evaluation import (
    StepFacts,
    StepState,
    WorkflowStatus,
    by_step,
    evaluate,
    overall,
)

if TYPE_CHECKING:
    from fourfold.store.records import RunStatus

A, B, C = StepFacts("A"), StepFacts("B", needs={"x": "a"}), StepFacts("C", needs={"x": "b"})
RUN_STATUSES: list[RunStatus] = ["succeeded", "failed", "cancelled"]


def told(state: StepState) -> str:
    """A status, with a `*` where the step is stale and a `!` where what it made counts."""
    return state.status + "*" * state.stale + "!" * state.settled


def stand(facts: dict[str, StepFacts], *runs: tuple[str, str, RunStatus, str]) -> tuple[str, ...]:
    """How the steps stand after runs of (step, recipe, status, output), the newest last."""
    results = [
        Result(step, recipe, status, f"run {number}", output)
        for number, (step, recipe, status, output) in enumerate(runs)
    ]
    run = {step for step, _, status, _ in runs if status in RUN_STATUSES}
    facts = {
        step: StepFacts(fact.version, fact.rest, fact.needs, step in run)
        for step, fact in facts.items()
    }
    return tuple(told(state) for state in evaluate(facts, by_step(results)).values())


RA = A.recipe({})
RB = B.recipe({"x": "oa"})
OLD = A.recipe({}, "A before")


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], ("not_started", "not_started")),
        ([("a", RA, "succeeded", "oa")], ("succeeded!", "not_started")),
        ([("a", RA, "failed", "")], ("failed", "not_started")),
        ([("a", RA, "cancelled", "")], ("cancelled", "not_started")),
        ([("a", RA, "running", "")], ("running", "not_started")),
        ([("a", RA, "queued", "")], ("running", "not_started")),
        ([("a", OLD, "running", "")], ("running", "not_started")),
        ([("a", OLD, "succeeded", "oa")], ("stale*", "not_started")),
        ([("a", OLD, "succeeded", "oa"), ("b", RB, "succeeded", "ob")], ("stale*", "stale*")),
        ([("a", RA, "succeeded", "oa"), ("b", RB, "succeeded", "ob")], ("succeeded!",) * 2),
        ([("a", RA, "succeeded", "o2"), ("b", RB, "succeeded", "ob")], ("succeeded!", "stale*")),
        ([("a", RA, "succeeded", "oa"), ("a", RA, "failed", "")], ("succeeded!", "not_started")),
        ([("a", RA, "failed", ""), ("a", RA, "succeeded", "oa")], ("succeeded!", "not_started")),
        (
            [("a", RA, "succeeded", "oa"), ("a", OLD, "succeeded", "o2")],
            ("succeeded!", "not_started"),
        ),
        ([("a", RA, "succeeded", "oa"), ("a", RA, "running", "")], ("running!", "not_started")),
        ([("a", RA, "failed", ""), ("b", RB, "succeeded", "ob")], ("failed", "stale*")),
    ],
)
def test_a_step_and_the_one_after_it(
    runs: list[tuple[str, str, RunStatus, str]], expected: tuple[str, ...]
) -> None:
    assert stand({"a": A, "b": B}, *runs) == expected
    turned = stand({"b": B, "a": A}, *runs)
    assert set(turned) == set(expected)


@pytest.mark.parametrize(
    "facts",
    [
        {"a": StepFacts("A", needs={"x": "b"}), "b": StepFacts("B", needs={"x": "a"})},
        {"a": StepFacts("A", needs={"x": "nobody"}), "b": B},
        {"a": StepFacts(None), "b": B},
    ],
    ids=["a cycle", "an unknown step", "no version"],
)
def test_steps_that_can_never_be_run(facts: dict[str, StepFacts]) -> None:
    assert stand(facts) == ("not_started", "not_started")
    assert set(stand(facts, ("a", RA, "succeeded", "oa"))) == {"stale*", "not_started"}
    recipes = [state.recipe for state in evaluate(facts, {}).values()]
    assert recipes == [None, None]


def test_what_is_offered_is_what_counts_else_the_newest() -> None:
    runs = [
        Result("a", RA, "succeeded", "1", "counts"),
        Result("a", OLD, "succeeded", "2", "newest"),
        Result("a", "other", "failed", "3", ""),
    ]
    (state,) = evaluate({"a": A}, by_step(runs)).values()
    assert state.output is not None
    assert (state.output.run, state.output.name) == ("1", "counts")
    (state,) = evaluate({"a": StepFacts("new", executed=True)}, by_step(runs)).values()
    assert state.output is not None
    assert (state.output.run, state.output.name) == ("2", "newest")


TEXT = st.text("ab'\",()\\ \n\x00é", max_size=4)
MADE_OF = st.tuples(TEXT.filter(bool), TEXT, st.dictionaries(TEXT, TEXT, max_size=3))


@given(MADE_OF, MADE_OF)
def test_two_recipes_are_the_same_only_if_what_they_name_is(
    one: tuple[str, str, dict[str, str]], other: tuple[str, str, dict[str, str]]
) -> None:
    first, second = (
        StepFacts(version, rest).recipe(named) for version, rest, named in (one, other)
    )
    assert (first == second) == (one == other)
    version, rest, named = one
    assert StepFacts("x", rest).recipe(dict(reversed(named.items())), version) == first


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], "not_started"),
        (["succeeded"], "succeeded"),
        (["succeeded", "not_started"], "not_started"),
        (["stale", "not_started"], "stale"),
        (["cancelled", "stale"], "cancelled"),
        (["failed", "cancelled"], "failed"),
        (["running", "failed"], "running"),
    ],
)
def test_the_whole_stands_as_its_worst_step(statuses: list[str], expected: str) -> None:
    for order in itertools.permutations(statuses):
        assert overall(WorkflowStatus(status) for status in order) == expected
