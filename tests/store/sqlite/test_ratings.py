"""Runs that somebody has rated stay."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.workspace import Workspace


def test_a_rated_run_stays_whatever_comes_after_it(workspace: Workspace):
    workspace.save("A")
    going = workspace.run(1, status="running")
    rated = workspace.run(1, "rated")
    plain = workspace.run(1)
    store = workspace.project.store
    assert not store.is_rated("a", 1)
    with closing(workspace.raw()) as connection:
        connection.execute("INSERT INTO ratings VALUES (?, '', 1, '', '')", (rated,))
    assert store.is_rated("a", 1)
    for _ in range(50):
        workspace.run(1)
    for _ in range(2):
        kept = {run.id for run in store.runs_of_version("a", 1)}
        assert {going, rated} <= kept
        assert plain not in kept
        assert len(kept) == 52
        store.collect()
