"""Databases of other releases."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from fourfold.store.errors import NewerDatabaseError
from fourfold.store.sqlite import opening
from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with a prompt and a database as it was before the first release."""
    state = tmp_path / ".fourfold"
    state.mkdir()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "a.md").write_text("A")
    with closing(sqlite3.connect(state / "fourfold.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO steps VALUES (1, 'precious')")
        connection.execute("PRAGMA user_version = 2")
    return tmp_path


def test_one_from_before_the_first_release_is_set_aside_and_said(old: Path) -> None:
    with Workspace(old) as workspace:
        workspace.look()
        assert workspace.kept() == "1:A*"
        (notice,) = workspace.project.notices
    (kept,) = (old / ".fourfold").glob("fourfold.db.foreign-*[0-9]")
    assert str(kept) in notice
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT name FROM steps").fetchall() == [("precious",)]
    with Workspace(old) as again:
        assert (again.kept(), again.project.notices) == ("1:A*", [])


def test_one_of_a_newer_release_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace(tmp_path) as workspace:
        workspace.save("A")
    before = workspace.database.read_bytes()
    monkeypatch.setattr(opening, "SCHEMA_VERSION", 0)
    with pytest.raises(NewerDatabaseError, match=r"newer Fourfold .* update Fourfold"):
        Workspace(tmp_path).kept()
    assert workspace.database.read_bytes() == before


def test_two_that_open_it_at_once_make_it_once(tmp_path: Path) -> None:
    with Workspace(tmp_path) as one, Workspace(tmp_path) as other:
        one.save("A")
        assert one.kept() == other.kept() == "1:A*"
        with closing(one.raw()) as connection:
            applied = connection.execute("SELECT name FROM _sqlite_migrations").fetchall()
            assert applied == [("m001_versions_and_runs",)]
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_making_one_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from support.workspace import Workspace;"
        f" Workspace(Path({str(tmp_path)!r})).save('A'); print(*sys.modules)"
    )
    for name in ("numpy", "pandas"):
        (tmp_path / f"{name}.py").write_text("loaded = True\n")
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert {"sqlite_utils", "numpy", "pandas"} & set(done.stdout.split()) == {"sqlite_utils"}


def test_the_tables_are_those_that_opening_expects(workspace: Workspace) -> None:
    workspace.save("A")
    with closing(workspace.raw()) as connection:
        assert opening.schema_print(connection) == opening.SCHEMA_PRINT
