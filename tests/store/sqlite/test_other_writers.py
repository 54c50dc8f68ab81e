"""Other programs that write into the database: its rules hold for them too."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from support.workspace import Workspace

INSERT = (
    "INSERT INTO versions (step_id, number, text, hash, created, cause, words, lines_added, "
    "lines_removed) VALUES (1, ?, ?, ?, ?, 'save', 1, 1, 0)"
)
YESTERDAY, TOMORROW = "1999-01-01T00:00:00.000+00:00", "2999-01-01T00:00:00.000+00:00"


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    """Step a with v1–v4, the cap."""
    for text in "ABCD":
        workspace.save(text)
    return workspace


@pytest.fixture
def stranger(full: Workspace):
    """Another program's connection, which knows nothing of our rules, foreign keys off."""
    connection = full.raw()
    yield connection
    connection.close()


def test_the_current_version_pushed_out_because_of_its_date(
    full: Workspace, stranger: sqlite3.Connection
):
    stranger.execute("UPDATE versions SET created = ? WHERE number = 4", (YESTERDAY,))
    stranger.execute("UPDATE versions SET created = ? WHERE number = 1", (TOMORROW,))
    full.save("E")
    assert full.kept() == "2:B 3:C 4:D 5:E*"


def test_identical_text_stored_twice(full: Workspace, stranger: sqlite3.Connection):
    (hash_,) = stranger.execute("SELECT hash FROM versions WHERE number = 2").fetchone()
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        stranger.execute(INSERT, (5, "B", hash_, YESTERDAY))
    full.save("B")
    assert full.kept() == "1:A 2:B* 3:C 4:D"


class TestAStranger:
    @pytest.mark.parametrize("created", [YESTERDAY, TOMORROW])
    def test_who_adds_a_fifth_leaves_four_and_one_current(
        self, full: Workspace, stranger: sqlite3.Connection, created: str
    ):
        run = full.run(1)
        stranger.execute(INSERT, (5, "E", "e", created))
        assert full.kept() == "2:B 3:C 4:D 5:E*"
        assert full.project.store.find_run(run) is not None  # kept aside until the next one
        stranger.execute(INSERT, (6, "F", "f", created))
        assert full.kept() == "3:C 4:D 5:E 6:F*"
        assert full.project.store.find_run(run) is None

    def test_who_adds_a_fifth_in_between_pushes_out_the_oldest_or_fails(
        self, full: Workspace, stranger: sqlite3.Connection
    ):
        full.undo()
        full.save("E")
        full.save("F")
        assert full.kept() == "2:B 3:C 5:E 6:F*"
        stranger.execute(INSERT, (4, "D", "d", TOMORROW))
        assert full.kept() == "3:C 4:D 5:E 6:F*"

    def test_who_would_push_out_the_current_version_fails(
        self, full: Workspace, stranger: sqlite3.Connection
    ):
        full.undo()
        full.save("E")
        full.switch(1)
        with pytest.raises(sqlite3.IntegrityError, match="current version cannot be deleted"):
            stranger.execute(INSERT, (4, "X", "x", TOMORROW))
        assert full.kept() == "1:A* 2:B 3:C 5:E"

    @pytest.mark.parametrize("number", [0, 5, None])
    def test_cannot_make_a_version_current_that_is_not_kept(
        self, full: Workspace, stranger: sqlite3.Connection, number: int | None
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only a kept version can be current"):
            stranger.execute("UPDATE steps SET current = ?", (number,))
        assert full.kept() == "1:A 2:B 3:C 4:D*"

    def test_cannot_delete_the_current_version(self, full: Workspace, stranger: sqlite3.Connection):
        with pytest.raises(sqlite3.IntegrityError, match="current version cannot be deleted"):
            stranger.execute("DELETE FROM versions WHERE number = 4")
        assert full.kept() == "1:A 2:B 3:C 4:D*"

    def test_cannot_shift_numbers(self, full: Workspace, stranger: sqlite3.Connection):
        with pytest.raises(sqlite3.IntegrityError, match="a version keeps its number"):
            stranger.execute("UPDATE versions SET number = number + 1")
        assert full.kept() == "1:A 2:B 3:C 4:D*"

    def test_who_makes_a_kept_version_current_leaves_one_current(
        self, full: Workspace, stranger: sqlite3.Connection
    ):
        stranger.execute("UPDATE steps SET current = 2")
        assert full.kept() == "1:A 2:B* 3:C 4:D"

    def test_cannot_pin_more_than_two(self, full: Workspace, stranger: sqlite3.Connection):
        with pytest.raises(sqlite3.IntegrityError, match="too many versions are pinned"):
            stranger.execute("UPDATE versions SET pinned = 1")
        assert not any(version.pinned for version in full.history().versions)

    def test_leaves_nothing_to_undo(self, full: Workspace, stranger: sqlite3.Connection):
        stranger.execute("UPDATE steps SET current = 1")
        with pytest.raises(FourfoldError, match="by a program that leaves nothing to undo"):
            full.undo()
        assert full.kept() == "1:A* 2:B 3:C 4:D"
