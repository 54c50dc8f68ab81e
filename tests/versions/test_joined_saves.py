"""Saves that nobody announces, in a row: one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.text.same import content_hash
from fourfold.versions.record import JOINED_CHARACTERS, SavedText, record

if TYPE_CHECKING:
    from support.workspace import Workspace


def go_on(workspace: Workspace, *texts: str) -> str:
    """Saves these one after another, each going on from the one before; what is kept."""
    before = None
    for text in texts:
        saved = SavedText("a", "prompts/a.md", text, "save", goes_on=before)
        record(workspace.project.store, saved)
        before = content_hash(text)
    return workspace.kept()


@pytest.mark.parametrize("others", ["A", "AB", "ABCD"])
def test_they_take_each_others_place_and_are_taken_back_together(
    workspace: Workspace, others: str
) -> None:
    for text in others:
        workspace.save(text)
    before, newest = workspace.kept(), len(others)
    kept = go_on(workspace, "Hi.", "Hi Bob.", "Hi Bob.\nBe kind.", "Hi Bob.\n\nBe kind.")
    assert kept.endswith(f" {newest + 4}:Hi Bob.\n\nBe kind.*")
    assert kept.count(":") == min(newest + 1, 4)
    history = workspace.project.store.history("a")
    assert history is not None
    assert (history.versions[0].parent, history.versions[0].lines_added) == (newest, 3)
    workspace.undo()
    assert workspace.kept() == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hi.", "nothing new"),
        ("Ho Bob.", "what was there is gone"),
        ("Well, hi Bob.", "at two places"),
        ("Hi Bob. " + "x" * JOINED_CHARACTERS, "much"),
    ],
)
def test_what_is_more_than_a_little_that_was_added_is_a_version(
    workspace: Workspace, text: str, why: str
) -> None:
    workspace.save("A")
    assert go_on(workspace, "Hi Bob.", text) == f"1:A 2:Hi Bob. 3:{text}*", why


def test_nothing_is_joined_to_what_somebody_has_used(workspace: Workspace) -> None:
    workspace.save("A")
    go_on(workspace, "Hi.")
    workspace.run(2, "one")
    before = content_hash("Hi.")
    record(workspace.project.store, SavedText("a", "prompts/a.md", "Hi B.", "save", goes_on=before))
    assert workspace.kept() == "1:A 2:Hi. 3:Hi B.*"
    workspace.project.name(workspace.file(), 3, "kept")
    before = content_hash("Hi B.")
    record(
        workspace.project.store, SavedText("a", "prompts/a.md", "Hi Bo.", "save", goes_on=before)
    )
    assert workspace.kept() == "1:A 2:Hi. 3:Hi B. 4:Hi Bo.*"
    workspace.project.pin(workspace.file(), 4, True)
    before = content_hash("Hi Bo.")
    record(
        workspace.project.store, SavedText("a", "prompts/a.md", "Hi Bob", "save", goes_on=before)
    )
    assert "4:Hi Bo." in workspace.kept()


def test_nothing_is_joined_to_a_first_version_or_to_a_switch(workspace: Workspace) -> None:
    assert go_on(workspace, "Hi.", "Hi B.") == "1:Hi. 2:Hi B.*"
    workspace.switch(1)
    before = content_hash("Hi.")
    record(workspace.project.store, SavedText("a", "prompts/a.md", "Hi C.", "save", goes_on=before))
    assert workspace.kept() == "1:Hi. 2:Hi B. 3:Hi C.*"
