"""What `fourfold gc` frees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.store.records import Score, StepRun, WorkflowRun

if TYPE_CHECKING:
    import pytest

    from support.workspace import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_nothing_refers_to_any_more(workspace: Workspace):
    workspace.save("A")
    store = workspace.project.store
    for number in range(60):  # of which each has a run of its own, which it keeps
        run = workspace.run(1, "response " * 1000)
        store.begin_workflow_run(WorkflowRun(f"w{number}", "all", "running", NOW))
        store.add_step_run(f"w{number}", StepRun("a", 1, run, "succeeded"))
        store.end_workflow_run(WorkflowRun(f"w{number}", "all", "succeeded", NOW, ended=NOW))
    assert workspace.history().newest.run_count == 60
    before = store.garbage()
    assert (before.runs, before.workflow_runs) == (10, 10)
    assert before.bytes > 10 * 9000
    assert workspace.history().newest.run_count == 60
    assert store.collect() == before
    assert (store.garbage().runs, store.garbage().workflow_runs) == (0, 0)
    assert workspace.history().newest.run_count == 50
    assert len(store.workflow_runs(100)) == 50


def test_what_goes_on_and_what_has_scores_stays(workspace: Workspace):
    workspace.save("A")
    store = workspace.project.store
    going = workspace.run(1, status="running")
    judged = workspace.run(1, "judged")
    store.keep_scores({judged: [Score(judged, "0", "contains", False, True, 1.0, "so")]})
    for _ in range(50):
        workspace.run(1)
    store.collect()
    kept = {run.id for run in store.runs_of_version("a", 1)}
    assert {going, judged} <= kept
    assert len(kept) == 52


def test_of_nothing(workspace: Workspace):
    assert workspace.project.store.collect()[:2] == (0, 0)


def test_of_what_judges_said_the_newest_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("fourfold.store.sqlite.garbage.JUDGEMENTS", 2)
    store = workspace.project.store
    for number in range(100):  # which takes some milliseconds
        store.keep_reply(f"q{number}", 1, "yes", None)
    store.collect()
    assert (store.kept_replies("q0"), len(store.kept_replies("q99"))) == ([], 1)
