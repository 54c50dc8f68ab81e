"""What the system before this one got wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.workspace import Workspace


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    """Step a with v1–v4, the cap."""
    for text in "ABCD":
        workspace.save(text)
    return workspace


def test_numbers_that_shift_at_the_cap(full: Workspace):
    full.save("E")
    assert {v.number: v.text for v in full.history().versions} == {5: "E", 4: "D", 3: "C", 2: "B"}


def test_a_crash_on_the_save_after_the_cap(full: Workspace):
    for text in "EFGHIJ":
        full.save(text)
    assert full.kept() == "7:G 8:H 9:I 10:J*"


def test_two_versions_current_at_once(full: Workspace):
    for act in (lambda: full.switch(2), lambda: full.save("E"), lambda: full.switch(3)):
        act()
        assert full.kept().count("*") == 1


def test_a_seeded_version_that_is_not_current(workspace: Workspace):
    workspace.write("A")
    workspace.look()
    assert workspace.history().current == 1
