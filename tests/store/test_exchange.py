"""Runs of others are kept beside this user's, and are none of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fourfold.store.facts import SharedRun
from fourfold.store.records import RUNS_OF_A_TEXT, Rating, Run, Score
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from support.workspace import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def run_of_ann(number: int, text: str = "A", **given: object) -> SharedRun:
    """A run of somebody else's of a text."""
    run = Run(f"{number:016d}", "a", None, "m", "succeeded", content_hash(text), author="ann")
    run = replace(run, started=NOW, response="Hers.", **given)  # type: ignore[arg-type]
    return SharedRun(run, f"request {number}")


def test_runs_of_others_come_once_and_go_to_the_step_that_has_their_text(workspace: Workspace):
    workspace.save("A")
    workspace.save("B", "b")
    store = workspace.project.store
    shared = [
        run_of_ann(1),
        run_of_ann(2, "B"),  # which step b has
        run_of_ann(3, "nobody's"),  # of a step that is here
        run_of_ann(4, "nobody's", step="unknown"),
    ]
    assert store.merge_runs(shared) == (3, 0, 1)
    assert store.merge_runs(shared) == (0, 3, 1)
    found = [store.find_run(run.id) for run, _ in shared]
    assert [(one.step, one.version, one.author) for one in found[:3] if one] == [
        ("a", 1, "ann"),
        ("b", 1, "ann"),
        ("a", None, "ann"),
    ]
    assert found[3] is None
    workspace.save("nobody's")
    assert [run.id for run in store.runs_of_version("a", 2)] == [shared[2].run.id]
    assert store.merge_runs([SharedRun(replace(shared[0].run, response="forged"), "x")]).known == 1
    again = store.find_run(shared[0].run.id)
    assert again is not None
    assert again.response == "Hers."


def test_a_run_of_others_answers_no_request_and_pushes_out_no_run(workspace: Workspace):
    workspace.save("A")
    store = workspace.project.store
    own = workspace.run(1, "Mine.")
    store.merge_runs([run_of_ann(n) for n in range(2 * RUNS_OF_A_TEXT)])
    store.merge_runs([run_of_ann(900, test="t")])
    assert store.find_identical("request 1") is None
    assert store.find_evidence("a", content_hash("A"), "request 900") is None
    latest = store.latest_run("a", 1)
    assert latest is not None
    assert latest.id == own
    assert store.newest_runs()["a"].id == own
    workspace.run(1, "Mine too.")
    store.collect()
    kept = store.runs_of_version("a", 1)
    assert sum(run.author is None for run in kept) == 2
    assert sum(run.author == "ann" for run in kept) == RUNS_OF_A_TEXT + 1


def test_what_others_say_of_runs(workspace: Workspace):
    workspace.save("A")
    store = workspace.project.store
    own, theirs = workspace.run(1), run_of_ann(1).run.id
    store.merge_runs([run_of_ann(1)])
    scores = [Score(run, "0", "equals", False, True, 1.0, "") for run in (theirs, own, "none")]
    assert store.merge_scores(scores) == (1, 0, 2)
    assert store.merge_scores(scores) == (0, 1, 2)
    assert store.merge_scores([replace(scores[0], passed=False)]).known == 1
    assert store.scores(theirs) == scores[:1]

    ann = Rating(own, "ann", 1, "good", NOW)
    assert store.merge_ratings([ann, replace(ann, person="me")], "me") == (1, 0, 1)
    later = replace(ann, rating=-1, created=NOW + timedelta(seconds=1))
    assert store.merge_ratings([later], "me").added == 1
    assert store.merge_ratings([ann], "me").known == 1
    assert store.ratings(own) == [later]


def test_runs_leave_in_their_order_once_they_have_ended(workspace: Workspace):
    workspace.save("A")
    store = workspace.project.store
    ids = [workspace.run(1, response) for response in ("x" * 3_000_000, "y" * 3_000_000, "z")]
    workspace.run(1, status="running")
    found: list[str] = []
    chunks = place = 0
    while chunk := store.runs_after(place):
        chunks += 1
        found += [shared.run.id for shared in chunk]
        place = chunk[-1].run.place
        assert all(shared.fingerprint.startswith("fingerprint") for shared in chunk)
    assert found == ids
    assert chunks == 2  # a few megabytes at a time
