"""Databases that cannot be used: what the user is told, and that nothing is lost."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fourfold.store.errors import DamagedDatabaseError, NewerDatabaseError, StoreError
from fourfold.store.sqlite import opening
from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def closed(tmp_path: Path) -> Workspace:
    """A workspace with 1:A 2:B*, closed; its project opens the database anew."""
    workspace = Workspace(tmp_path)
    for text in "AB":
        workspace.save(text)
    workspace.project.close()
    return workspace


def read_all(workspace: Workspace) -> None:
    for number in range(50):
        workspace.history(f"s{number}")


def fill(disk: Path) -> Path:
    """A file that takes all the space there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return ballast


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


class TestHeldByAnotherProgram:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)

    def test_while_saving(self, closed: Workspace):
        assert closed.kept() == "1:A 2:B*"
        holder = closed.raw()
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"Another program holds .*fourfold.db; .* try again"):
            closed.save("C")
        assert closed.kept() == "1:A 2:B*"
        holder.execute("ROLLBACK")
        holder.close()
        closed.save("C")
        assert closed.kept() == "1:A 2:B 3:C*"
        closed.project.close()

    def test_while_opening(self, closed: Workspace):
        holder = closed.raw()
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="Another program holds"):
            closed.kept()
        holder.close()
        assert closed.kept() == "1:A 2:B*"
        closed.project.close()


class TestDamaged:
    @pytest.mark.parametrize("garbage", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 4096])
    def test_a_garbage_header_is_set_aside(self, closed: Workspace, garbage: bytes):
        closed.database.write_bytes(garbage)
        closed.look()
        assert closed.kept() == "1:B*"
        (notice,) = closed.project.notices
        (kept,) = closed.database.parent.glob("fourfold.db.damaged-*")
        assert kept.read_bytes() == garbage
        assert re.fullmatch(rf"The version database was damaged and is kept as {kept}; .*", notice)
        closed.project.close()

    def test_a_page_found_while_reading_is_set_aside_at_the_next_start(self, tmp_path: Path):
        workspace = Workspace(tmp_path)
        for number in range(50):
            workspace.save(f"{number} " * 500, f"s{number}")
        workspace.project.close()
        data = bytearray(workspace.database.read_bytes())
        data[-4096 * 10 :] = b"\xa5" * 4096 * 10
        workspace.database.write_bytes(data)

        with pytest.raises(DamagedDatabaseError, match="restart Fourfold, which sets it aside"):
            read_all(workspace)
        workspace.project.close()

        with Workspace(tmp_path) as restarted:
            restarted.look()
            assert len(restarted.project.store.step_names()) == 50
            assert restarted.history("s49").current == 1
            assert "is kept as" in restarted.project.notices[0]
            (kept,) = workspace.database.parent.glob("fourfold.db.damaged-*")
            assert kept.read_bytes() == bytes(data)
        with Workspace(tmp_path) as again:
            assert again.history("s49").current == 1
            assert again.project.notices == []

    def test_a_false_alarm_sets_nothing_aside(self, closed: Workspace):
        suspicion = closed.database.with_name("fourfold.db.suspect")
        suspicion.touch()
        assert closed.kept() == "1:A 2:B*"
        assert closed.project.notices == []
        assert not suspicion.exists()
        closed.project.close()

    def test_two_servers_set_it_aside_once(self, closed: Workspace):
        closed.database.write_bytes(b"garbage" * 1000)
        script = (
            "import sys; from pathlib import Path; "
            "from fourfold.store.sqlite.store import SqliteStore; "
            "SqliteStore.open(Path(sys.argv[1]))"
        )
        servers = [
            subprocess.Popen([sys.executable, "-c", script, str(closed.folder)]) for _ in range(3)
        ]
        assert [server.wait(60) for server in servers] == [0, 0, 0]
        (kept,) = closed.database.parent.glob("fourfold.db.damaged-*")
        assert kept.read_bytes() == b"garbage" * 1000


def test_one_that_was_emptied_is_said_once(closed: Workspace):
    for path in closed.database.parent.glob("fourfold.db-*"):
        path.unlink()
    closed.database.write_bytes(b"")
    with Workspace(closed.folder) as restarted:
        restarted.look()
        (notice,) = restarted.project.notices
        assert f"{closed.database} was emptied by another program" in notice
        assert restarted.kept() == "1:B*"
    with Workspace(closed.folder) as again:
        assert again.kept() == "1:B*"
        assert again.project.notices == []


def test_one_that_was_never_filled_is_not_said(tmp_path: Path):
    (tmp_path / ".fourfold").mkdir()
    (tmp_path / ".fourfold" / "fourfold.db").touch()
    with Workspace(tmp_path) as workspace:
        workspace.save("A")
        assert (workspace.kept(), workspace.project.notices) == ("1:A*", [])


def test_an_empty_file_in_the_place_of_one_that_is_open_loses_nothing(closed: Workspace):
    assert closed.kept() == "1:A 2:B*"
    for path in closed.database.parent.glob("fourfold.db*"):
        path.unlink()
    closed.database.touch()
    assert closed.kept() == "1:A 2:B*"
    (notice,) = closed.project.notices
    assert "its versions and runs have been written again" in notice


def test_one_of_a_newer_release_is_left_as_it_is(closed: Workspace):
    connection = closed.raw()
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = files(closed.database.parent)
    for _ in range(2):
        with pytest.raises(NewerDatabaseError, match=r"newer Fourfold .* update Fourfold"):
            closed.kept()
    assert files(closed.database.parent) == before


def test_a_full_database_keeps_what_it_has(closed: Workspace):
    assert closed.kept() == "1:A 2:B*"
    connection = closed.project.store._database.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match=r"The disk is full, .* free some space and save again"):
        closed.save("C" * 100_000)
    assert closed.kept() == "1:A 2:B*"
    connection.execute("PRAGMA max_page_count = 100000")
    closed.save("C")
    assert closed.kept() == "1:A 2:B 3:C*"
    closed.project.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    yield from mounted(folder, "-t", "tmpfs", "-o", "size=512k", "tmpfs")


def mounted(folder: Path, *arguments: str) -> Iterator[Path]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount")
    mount = subprocess.run(["mount", *arguments, folder], check=False, capture_output=True)
    if mount.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk(small_disk: Path):
    with Workspace(small_disk) as workspace:
        workspace.save("A")
        ballast = fill(small_disk)
        with pytest.raises(StoreError, match=r"free some space and save again|check the disk"):
            workspace.project.save(workspace.file(), "B" * 50_000, "save")
        assert workspace.kept() == "1:A*"
        ballast.unlink()
        workspace.save("B")
        assert workspace.kept() == "1:A 2:B*"


def test_a_read_only_workspace(closed: Workspace):
    for folder in mounted(closed.folder, "--bind", str(closed.folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        with pytest.raises(StoreError, match=r"no versions can be kept; make .*writable"):
            closed.project.save(closed.file(), "C", "save")
        closed.project.close()
    assert closed.kept() == "1:A 2:B*"
    closed.save("C")
    assert closed.kept() == "1:A 2:B 3:C*"
    closed.project.close()


def test_a_new_read_only_workspace(tmp_path: Path):
    workspace = Workspace(tmp_path)
    for folder in mounted(tmp_path, "--bind", str(tmp_path)):
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        with pytest.raises(StoreError, match="no versions are kept; make the folder writable"):
            workspace.project.save(workspace.file(), "A", "save")
    workspace.save("A")
    assert workspace.kept() == "1:A*"
    workspace.project.close()


def test_a_file_where_the_state_folder_should_be(workspace: Workspace):
    in_the_way = workspace.folder / ".fourfold"
    in_the_way.write_text("mine")
    with pytest.raises(StoreError, match=r"no versions are kept; move the file .fourfold away"):
        workspace.save("A")
    assert in_the_way.read_text() == "mine"
    in_the_way.unlink()
    workspace.save("A")
    assert workspace.kept() == "1:A*"


def test_a_state_folder_that_a_link_takes_out_of_the_workspace(tmp_path: Path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside):
        folder.mkdir()
    (inside / ".fourfold").symlink_to(outside, target_is_directory=True)
    with (
        Workspace(inside) as workspace,
        pytest.raises(StoreError, match=r"link out of the workspace, .*; delete the link"),
    ):
        workspace.save("A")
    assert list(outside.iterdir()) == []


def test_the_state_folder_is_ignored_by_git(workspace: Workspace):
    workspace.save("A")
    assert (workspace.folder / ".fourfold" / ".gitignore").read_text() == "*\n"


def test_a_schema_that_stands_half_way_is_finished(closed: Workspace):
    closed.database.unlink()
    sqlite3.connect(closed.database).close()
    closed.look()
    assert closed.kept() == "1:B*"
    closed.project.close()
