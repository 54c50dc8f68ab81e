"""Runs of a process that was killed are ended; those of a living one are left alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fourfold.store.errors import StoreError
from support.workspace import Workspace

RUNNER = """
import sys
from pathlib import Path
from support.workspace import Workspace

workspace = Workspace(Path(sys.argv[1]))
print(workspace.run(1, "half an ans", "running"), workspace.run(1, "", "queued"), flush=True)
print(workspace.run(1, "whole", "succeeded"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def runner(workspace: Workspace):
    """Another process with a run going on, one waiting and one done; and their ids."""
    workspace.save("A")
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(workspace.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as process:
        running, queued = process.stdout.readline().split()
        done = process.stdout.readline().strip()
        yield process, running, queued, done
        process.kill()


def test_runs_of_a_living_process_go_on(workspace: Workspace, runner):
    _, running, queued, _ = runner
    assert workspace.project.store.end_interrupted_runs() == 0
    find = workspace.project.store.find_run
    assert (find(running).status, find(queued).status) == ("running", "queued")


def test_runs_of_a_killed_process_failed_and_keep_what_had_arrived(workspace: Workspace, runner):
    process, running, queued, done = runner
    process.kill()
    process.wait()
    store = workspace.project.store
    assert store.end_interrupted_runs() == 2
    assert (store.find_run(running).status, store.find_run(queued).status) == ("failed", "failed")
    assert store.find_run(running).response == "half an ans"
    assert "run it again" in store.find_run(running).error
    assert (store.find_run(done).status, store.find_run(done).error) == ("succeeded", None)
    assert store.end_interrupted_runs() == 0
    assert list((workspace.folder / ".fourfold" / "sessions").iterdir()) == []


def test_runs_of_this_process_go_on(workspace: Workspace):
    workspace.save("A")
    run = workspace.run(1, status="running")
    assert workspace.project.store.end_interrupted_runs() == 0
    with Workspace(workspace.folder) as other:
        assert other.project.store.end_interrupted_runs() == 0
        assert other.project.store.find_run(run).status == "running"


def test_runs_left_by_a_store_that_was_closed_are_ended(workspace: Workspace):
    workspace.save("A")
    run = workspace.run(1, "half", "running")
    closing = threading.Thread(target=workspace.project.close)
    closing.start()
    closing.join(10)
    with Workspace(workspace.folder) as later:
        assert later.project.store.end_interrupted_runs() == 1
        assert later.project.store.find_run(run).response == "half"


def test_sessions_that_cannot_be_marked_say_so(workspace: Workspace):
    workspace.save("A")
    (workspace.folder / ".fourfold" / "sessions").write_text("in the way")
    with pytest.raises(StoreError, match="no runs can be kept; make it writable"):
        workspace.run(1)
    assert workspace.history().current_version.run_count == 0


def test_a_request_that_another_process_asks_is_known_until_that_ends_or_is_gone(
    workspace: Workspace, runner
) -> None:
    process, running, queued, _ = runner
    store = workspace.project.store
    own = workspace.run(1, "", "queued")
    later = workspace.run(1, "", "queued")
    assert [store.is_asked_elsewhere(one) for one in (own, later)] == [True, True]
    assert not store.is_asked_elsewhere(running)  # it was there first
    process.kill()
    process.wait()
    assert [store.is_asked_elsewhere(one) for one in (own, later)] == [False, False]
    assert [store.find_run(one).status for one in (running, queued)] == ["failed", "failed"]
