"""Scores of runs, and the order in which tests were drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.store.records import Score

if TYPE_CHECKING:
    from support.workspace import Workspace


def score(run: str, place: int = 0, *, passed: bool | None = True) -> Score:
    return Score(run, f"{place:06}", "contains", True, passed, 0.5, "so", '"a"', "metric", 0.1)


def test_scores_are_kept_by_run_and_in_order(workspace: Workspace) -> None:
    workspace.save("A")
    store = workspace.project.store
    one, two = workspace.run(1), workspace.run(1)
    kept = [score(one, place, passed=passed) for place, passed in enumerate([True, False, None])]
    store.keep_scores({one: kept[::-1], two: []})
    assert store.scores(one) == kept
    assert store.scores(two) == []
    store.keep_scores({one: [kept[1]]})
    assert store.scores(one) == [kept[1]]


def test_a_run_that_has_gone_has_no_scores(workspace: Workspace) -> None:
    workspace.save("A")
    store = workspace.project.store
    run = workspace.run(1)
    store.keep_scores({run: [score(run)], "gone": [replace(score(run), run="gone")]})
    assert store.scores("gone") == []
    for text in "BCDEF":
        assert store.scores(run) == [score(run)]
        workspace.save(text)
    assert (store.find_run(run), store.scores(run)) == (None, [])


def test_what_was_drawn_keeps_its_place(workspace: Workspace) -> None:
    workspace.save("A")
    workspace.save("B", step="b")
    store = workspace.project.store
    first = [("x", 1), ("y", 1), ("y", 2), ("x", 2)]
    assert store.drawn_order("a", first) == first
    assert store.drawn_order("a", [*first[::-1], ("new", 1)]) == [*first, ("new", 1)]
    assert store.drawn_order("a", [("x", 2), ("y", 1)]) == [("y", 1), ("x", 2)]
    assert store.drawn_order("b", first[::-1]) == first[::-1]


def test_what_a_judge_said_is_kept_by_its_question(workspace: Workspace) -> None:
    store = workspace.project.store
    assert store.kept_replies("q") == []
    store.keep_reply("q", 2, "no", None)
    store.keep_reply("q", 1, "yes", 0.25)
    store.keep_reply("q", 1, "another process was later", 9.0)
    store.keep_reply("r", 1, "", 0.0)
    assert store.kept_replies("q") == [("yes", 0.25), ("no", None)]
    assert store.kept_replies("r") == [("", 0.0)]
