"""Databases that this user did not make here: none of them is believed."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from fourfold.store.errors import StoreError
from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
HOSTILE = {
    "a view that never ends, in the place of a table": (
        f"ALTER TABLE steps RENAME TO old; CREATE VIEW steps AS {ENDLESS}"
    ),
    "a view beside the tables": f"CREATE VIEW more AS {ENDLESS}",
    "a trigger that never ends": (
        f"CREATE TRIGGER more AFTER INSERT ON versions BEGIN {ENDLESS}; END"
    ),
    "an identity that never ends": (
        f"DROP TABLE identity; CREATE VIEW identity (token) AS {ENDLESS}"
    ),
    "a table fewer": "DROP TABLE scores",
    "a column more": "ALTER TABLE runs ADD COLUMN more TEXT",
    "a rule fewer": "DROP TRIGGER newest_is_current_and_cap",
    "no identity": "DELETE FROM identity",
    "the identity of nobody": "UPDATE identity SET token = 'x'",
    "an identity that is a number": "DROP TABLE identity; CREATE TABLE identity (token); "
    "INSERT INTO identity VALUES (1e999)",
    "a virtual table": "CREATE VIRTUAL TABLE more USING fts5(x)",
}


@pytest.fixture
def made(workspace: Workspace) -> Workspace:
    """A workspace with a run, closed."""
    workspace.save("A")
    workspace.run(1, "an earlier response")
    workspace.project.close()
    return workspace


def is_set_aside(folder: Path, why: str) -> None:
    """A start says where the database is now, and goes on with the prompts on disk."""
    with Workspace(folder) as workspace:
        workspace.look()
        assert workspace.kept() == "1:A*"
        assert workspace.history().newest.run_count == 0
        (notice,) = workspace.project.notices
        assert why in notice
        kept = next((folder / ".fourfold").glob("fourfold.db.foreign-*[0-9]"))
        assert str(kept) in notice
    with Workspace(folder) as again:
        assert (again.kept(), again.project.notices) == ("1:A*", [])


def test_what_a_repository_brings_along_is_not_believed(
    made: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("somebody else")))
    is_set_aside(made.folder, "was not made by you on this machine")


@pytest.mark.parametrize("name", HOSTILE)
def test_tables_that_are_not_ours(name: str, made: Workspace) -> None:
    with closing(made.raw()) as connection:
        connection.executescript(HOSTILE[name])
    is_set_aside(made.folder, "The version database")


def test_a_folder_may_move_with_its_database(made: Workspace, tmp_path: Path) -> None:
    moved = tmp_path.with_name(f"{tmp_path.name} moved")
    made.folder.rename(moved)
    for _ in range(2):
        with Workspace(moved) as workspace:
            assert workspace.history().newest.run_count == 1
            assert workspace.project.notices == []


def test_a_copy_is_another_workspace(made: Workspace, tmp_path: Path) -> None:
    copy = tmp_path.with_name(f"{tmp_path.name} copy")
    shutil.copytree(made.folder, copy)
    is_set_aside(copy, "is a copy of")
    with Workspace(made.folder) as workspace:
        assert workspace.history().newest.run_count == 1


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("version", ["2", "4"])
def test_one_that_git_tracks_is_refused(made: Workspace, version: str) -> None:
    git(made.folder, "init")
    git(made.folder, "config", "index.version", version)
    git(made.folder, "add", "-f", ".fourfold", "prompts")
    with pytest.raises(StoreError, match=r"tracked by git.* run `git rm -r --cached \.fourfold`"):
        Workspace(made.folder).kept()
    git(made.folder, "rm", "-r", "--cached", ".fourfold")
    with Workspace(made.folder) as workspace:
        assert workspace.history().newest.run_count == 1


def test_a_split_index_hides_nothing(made: Workspace) -> None:
    git(made.folder, "init")
    git(made.folder, "add", "-f", ".fourfold")
    git(made.folder, "update-index", "--split-index")
    with pytest.raises(StoreError, match="tracked by git"):
        Workspace(made.folder).kept()


def test_where_git_refuses_to_look_one_that_may_be_tracked_is_refused(made: Workspace) -> None:
    git(made.folder, "init")
    git(made.folder, "add", "-f", ".fourfold")
    (made.folder / ".git" / "config").write_text("[core\n", encoding="utf-8")
    with pytest.raises(StoreError, match="tracked by git"):
        Workspace(made.folder).kept()


def test_what_a_hook_of_git_says_of_its_repository_hides_nothing(
    made: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    git(made.folder, "init")
    git(made.folder, "add", "-f", ".fourfold")
    other = tmp_path_factory.mktemp("other")
    git(other, "init")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(made.folder))
    with pytest.raises(StoreError, match="tracked by git"):
        Workspace(made.folder).kept()


@pytest.mark.parametrize("name", ["fourfold.db", "fourfold.db-wal"])
def test_a_folder_in_its_place_is_set_aside(made: Workspace, name: str) -> None:
    place = made.folder / ".fourfold" / name
    place.unlink(missing_ok=True)
    place.mkdir()
    (place / "file").touch()
    with Workspace(made.folder) as workspace:
        workspace.look()
        assert workspace.kept() == "1:A*"
        (notice,) = workspace.project.notices
        assert "was a folder and is kept as" in notice
    with Workspace(made.folder) as again:
        assert (again.kept(), again.project.notices) == ("1:A*", [])


def test_a_file_of_that_name_elsewhere_is_no_reason(made: Workspace) -> None:
    other = made.folder / "docs" / "fourfold.db"
    other.parent.mkdir()
    other.touch()
    git(made.folder, "init")
    git(made.folder, "add", "docs")
    with Workspace(made.folder) as workspace:
        assert workspace.kept() == "1:A*"


def test_what_is_kept_is_for_its_owner_alone(made: Workspace) -> None:
    state = made.folder / ".fourfold"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    state.chmod(0o755)
    with Workspace(made.folder) as workspace:
        workspace.kept()
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_the_identities_are_for_their_owner_alone(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path_factory.mktemp("data") / "new"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    workspace.save("A")
    assert stat.S_IMODE((data / "fourfold" / "databases").stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_written_is_said(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path_factory.mktemp("data") / "file"
    occupied.touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(occupied))
    with pytest.raises(StoreError, match=r"cannot be written .* make the folder"):
        workspace.save("A")


def test_a_query_has_an_end(made: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fourfold.store.sqlite.database.QUERY_SECONDS", 0.1)
    database = made.project.store._database
    with (
        pytest.raises(StoreError, match="takes too long to answer"),
        database.errors_told(),
    ):
        database.connection.execute(ENDLESS).fetchone()
    assert made.kept() == "1:A*"
    made.project.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET inputs = '{'",
        "UPDATE runs SET messages = '7'",
        "UPDATE runs SET used_examples = '[[]'",
    ],
)
def test_odd_values_are_damage(made: Workspace, change: str) -> None:
    with closing(made.raw()) as connection:
        connection.execute(change)
    for _ in range(2):
        with Workspace(made.folder) as workspace:
            try:
                workspace.look()
                workspace.project.store.latest_run("a", 1)
            except StoreError as error:
                assert "is damaged; restart" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE versions SET number = 'one'",
        "UPDATE versions SET created = 'yesterday'",
        "UPDATE versions SET cause = 'magic'",
        "UPDATE runs SET status = 'done'",
        "UPDATE runs SET started = x'00'",
    ],
)
def test_the_tables_take_no_odd_values(made: Workspace, change: str) -> None:
    with closing(made.raw()) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(change)
