"""A database of the first release, which knew no workflow."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database as MigratedDatabase

from fourfold.store import database
from fourfold.store.errors import NewerDatabaseError
from fourfold.store.schema import migrations
from fourfold.text import content_hash
from project.workflow.support import bench
from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-11-22T12:00:00.000+00:00"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with a prompt and a database as the first release has left it: v1 "A", v2 "B" with
    a run, v1 current."""
    state = tmp_path / ".fourfold"
    state.mkdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "a.md").write_text("A")
    with closing(sqlite3.connect(state / "fourfold.db", isolation_level=None)) as connection:
        migrations.apply(MigratedDatabase(connection), stop_before="m002_workflow")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO steps (id, name, suffix) VALUES (1, 'a', '.md')")
        for number, text in enumerate("AB", 1):
            connection.execute(
                "INSERT INTO versions VALUES (1, ?, ?, ?, 'save', 1, 1, 0, ?)",
                (number, content_hash(text), NOW, text),
            )
        connection.execute("UPDATE steps SET current = 1 WHERE id = 1")
        connection.execute(
            "INSERT INTO runs VALUES ('0run', 1, 2, NULL, 1, 'm', 'succeeded', NULL, ?, 1.0, 2.0, "
            "3, 4, NULL, 0, 0, 0, 5, '{}', '[]', '{}', 'Response', 'print', 'owner')",
            (NOW,),
        )
    return tmp_path


def test_versions_and_runs_are_kept(old: Path) -> None:
    with Workspace(old) as workspace:
        workspace.look()
        assert workspace.kept() == "1:A* 2:B"
        run = workspace.project.store.find_run("0run")
        assert run is not None
        assert (run.version, run.response, run.rating) == (2, "Response", 5)
        assert (run.recipe, run.processed()) == ("", "Response")
        assert workspace.project.notices == []
        workspace.save("C")
        workspace.undo()
        assert workspace.kept() == "1:A* 2:B"
        assert workspace.project.store.workflow_runs(9) == []
    with Workspace(old) as again:
        assert again.kept() == "1:A* 2:B"


async def test_its_steps_are_not_run_yet_and_can_be(old: Path) -> None:
    async with bench(old) as made:
        assert await made.states() == {"a": "not_started"}
        assert await made.ran() == ["A"]
        assert await made.states() == {"a": "succeeded"}
        made.project.switch(made.project.step_file("a"), 2)
        assert await made.states() == {"a": "stale"}


def test_the_first_release_leaves_a_newer_database_alone(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace(old) as workspace:
        workspace.look()
    before = (old / ".fourfold" / "fourfold.db").read_bytes()
    monkeypatch.setattr(database, "SCHEMA_VERSION", 1)
    with pytest.raises(NewerDatabaseError, match=r"newer Fourfold .* update Fourfold"):
        Workspace(old).kept()
    assert (old / ".fourfold" / "fourfold.db").read_bytes() == before


def test_two_that_open_it_at_once_migrate_it_once(old: Path) -> None:
    with Workspace(old) as one, Workspace(old) as other:
        assert one.kept() == other.kept() == "1:A* 2:B"
    with closing(sqlite3.connect(old / ".fourfold" / "fourfold.db")) as connection:
        applied = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY 1").fetchall()
        assert applied == [("m001_versions_and_runs",), ("m002_workflow",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
