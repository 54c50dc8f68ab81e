"""Runs that somebody has rated stay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fourfold.store.records import Rating

if TYPE_CHECKING:
    from support.workspace import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_rated_run_stays_whatever_comes_after_it(workspace: Workspace):
    workspace.save("A")
    rated = workspace.run(1, "rated")
    plain = workspace.run(1)
    store = workspace.project.store
    assert not store.is_rated("a", 1)
    said = [Rating(rated, name, rating, "so", NOW) for name, rating in (("me", 1), ("you", -1))]
    for one in said:
        store.rate(one)
    assert store.is_rated("a", 1)
    assert store.ratings(rated) == said
    for _ in range(50):
        workspace.run(1)
    for _ in range(2):
        kept = {run.id for run in store.runs_of_version("a", 1)}
        assert rated in kept
        assert plain not in kept
        assert len(kept) == 51
        store.collect()


def test_ratings_go_with_their_run(workspace: Workspace):
    workspace.save("A")
    store = workspace.project.store
    rated = workspace.run(1)
    store.rate(Rating(rated, "me", 1, "", NOW))
    for text in "BCDEF":
        assert len(store.ratings(rated)) == 1
        workspace.save(text)
    assert store.ratings(rated) == []
