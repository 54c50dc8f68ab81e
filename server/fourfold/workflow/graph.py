"""Which step depends on which: order, cycles, what lies before and after a step.

Everywhere here a graph is a mapping from a step's id to the ids of the steps whose responses it
takes. Ids that are named and not in the graph are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    Graph = Mapping[str, Sequence[str]]


def in_order(graph: Graph) -> list[str]:
    """Every step after those it depends on, otherwise in the order of the graph.

    Steps of a cycle, and those that depend on one, are left out.
    """
    waiting = {step: {other for other in graph[step] if other in graph} for step in graph}
    after = dependents(graph)
    ordered: list[str] = []
    ready = [step for step in graph if not waiting[step]]
    places = {step: place for place, step in enumerate(graph)}
    while ready:
        ordered += ready
        freed: list[str] = []
        for step in ready:
            for other in after[step]:
                waiting[other].discard(step)
                if not waiting[other]:
                    freed.append(other)
        ready = sorted(freed, key=places.__getitem__)
    return ordered


def dependents(graph: Graph) -> dict[str, list[str]]:
    """The graph turned round: for each step those that take its response, each once."""
    after: dict[str, list[str]] = {step: [] for step in graph}
    for step, needed in graph.items():
        for other in dict.fromkeys(needed):
            if other in after:
                after[other].append(step)
    return after


def reached(graph: Graph, start: Iterable[str]) -> set[str]:
    """The steps of `start` and all that they lead to, along the graph's own direction."""
    found: set[str] = set()
    pending = [step for step in start if step in graph]
    while pending:
        step = pending.pop()
        if step not in found:
            found.add(step)
            pending += [other for other in graph[step] if other in graph]
    return found


def cycles(graph: Graph) -> list[list[str]]:
    """The cycles, each step in one of them at most: `[a, b]` where a takes b's response and b
    takes a's. Each begins with the step that comes first in the graph."""
    # Neither what depends on no cycle nor what no cycle depends on is part of one.
    left = set(graph) - {*in_order(graph)} - {*in_order(dependents(graph))}
    found = []
    for step in graph:
        if step in left and (cycle := _shortest_cycle(graph, step, left)):
            found.append(cycle)
            left.difference_update(cycle)
    return found


def _shortest_cycle(graph: Graph, start: str, among: Set[str]) -> list[str]:
    """The steps from `start` on, each with one that it depends on next, that lead back to it."""
    came_from: dict[str, str] = {}
    pending = [start]
    for step in pending:
        for other in graph[step]:
            if other == start:
                cycle = [step]
                while cycle[-1] != start:
                    cycle.append(came_from[cycle[-1]])
                return cycle[::-1]
            if other in among and other not in came_from:
                came_from[other] = step
                pending.append(other)
    return []
