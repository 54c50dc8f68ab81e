"""Order and cycles of graphs, against working them out by brute force."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.workflow.graph import cycles, dependents, in_order, reached

Graph = dict[str, list[str]]

STEPS = "abcdefg"


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph of up to seven steps; some name the same step twice, or one that is not there."""
    steps = draw(st.permutations(STEPS[: draw(st.integers(0, len(STEPS)))]))
    return {step: draw(st.lists(st.sampled_from([*steps, "?"]), max_size=3)) for step in steps}


def paths(graph: Graph) -> dict[str, set[str]]:
    """For each step those that it depends on, directly or not: the transitive closure."""
    after = {step: {other for other in graph[step] if other in graph} for step in graph}
    for middle in graph:
        for step in graph:
            if middle in after[step]:
                after[step] |= after[middle]
    return after


@given(graphs())
def test_each_step_comes_after_those_it_depends_on(graph: Graph) -> None:
    before = paths(graph)
    cyclic = {step for step in graph if step in before[step]}
    ordered = in_order(graph)
    assert len(set(ordered)) == len(ordered)
    assert set(ordered) == {step for step in graph if not before[step] & cyclic}
    for place, step in enumerate(ordered):
        assert before[step] <= set(ordered[:place])


@given(graphs())
def test_steps_that_could_come_at_once_keep_the_order_of_the_graph(graph: Graph) -> None:
    ordered = in_order(graph)
    before = paths(graph)

    def depth(step: str) -> int:
        return max((1 + depth(other) for other in before[step]), default=0)

    assert ordered == sorted(ordered, key=lambda step: (depth(step), list(graph).index(step)))


@given(graphs())
def test_every_cycle_is_one_and_none_is_overlooked(graph: Graph) -> None:
    before = paths(graph)
    found = cycles(graph)
    for cycle in found:
        assert all(other in graph[step] for step, other in pairwise([*cycle, cycle[0]]))
        assert len(set(cycle)) == len(cycle)
        assert cycle[0] == min(cycle, key=list(graph).index)
    members = [step for cycle in found for step in cycle]
    assert len(set(members)) == len(members)
    # Two cycles that share a step are told as one or two; each knot of them is told of.
    knots = {frozenset({s, *(o for o in before[s] if s in before[o])}) for s in graph}
    cyclic = {knot for knot in knots if any(step in before[step] for step in knot)}
    assert {next(knot for knot in knots if cycle[0] in knot) for cycle in found} == cyclic
    assert bool(found) == (len(in_order(graph)) < len(graph))


@given(graphs(), st.lists(st.sampled_from([*STEPS, "?"]), max_size=2))
def test_what_is_reached_is_the_closure(graph: Graph, start: list[str]) -> None:
    before = paths(graph)
    there = [step for step in start if step in graph]
    assert reached(graph, start) == {*there, *(other for step in there for other in before[step])}


@given(graphs())
def test_turned_round_twice_is_the_graph_again(graph: Graph) -> None:
    known = {step: {other for other in graph[step] if other in graph} for step in graph}
    after = dependents(graph)
    assert {step: set(others) for step, others in dependents(after).items()} == known
    assert all(len(set(others)) == len(others) for others in after.values())
    assert list(after) == list(graph)


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["a"]}, [["a", "b"]]),
        ({"b": ["a"], "a": ["b"]}, [["b", "a"]]),
        ({"x": ["b"], "a": ["c"], "b": ["a"], "c": ["b"]}, [["a", "c", "b"]]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c", "a"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["?"], "b": ["a", "a"]}, []),
    ],
)
def test_cycles(graph: Graph, found: list[list[str]]) -> None:
    assert cycles(graph) == found


def test_a_graph_of_ten_thousand_steps_is_no_deeper_than_any() -> None:
    count = 10_000
    chain = {str(n): [str(n - 1)] for n in range(1, count)}
    graph: Graph = {**chain, "0": []}
    assert in_order(graph) == [str(n) for n in range(count)]
    assert len(reached(dependents(graph), ["0"])) == count
    assert len(cycles({**graph, "0": [str(count - 1)]})[0]) == count
