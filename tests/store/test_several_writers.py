"""Several servers and processes on one folder."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_S = 60


@pytest.fixture
def other(workspace: Workspace):
    workspace.save("A")
    with Workspace(workspace.folder) as other:
        other.look()
        yield other


def test_one_save_that_both_hear_of_is_one_version(workspace: Workspace, other: Workspace):
    workspace.save("B")
    other.look()
    assert workspace.kept() == other.kept() == "1:A 2:B*"
    assert workspace.history().current_version.cause == "save"


def test_one_change_from_outside_is_one_version(workspace: Workspace, other: Workspace):
    workspace.write("B")
    workspace.look()
    other.look()
    assert other.kept() == "1:A 2:B*"


def test_a_file_renamed_on_disk_keeps_its_history_whoever_sees_it_first(
    workspace: Workspace, other: Workspace
):
    workspace.save("B")
    workspace.path("a").rename(workspace.path("b"))
    assert other.look().renames == [("a", "b")]
    assert workspace.look().renames == []
    assert workspace.kept("b") == "1:A 2:B*"
    assert workspace.project.store.step_names() == ["b"]


def test_each_sees_what_the_other_did(workspace: Workspace, other: Workspace):
    assert workspace.project.store.changed_elsewhere() is False
    other.save("B")
    assert workspace.project.store.changed_elsewhere() is True
    assert workspace.project.store.changed_elsewhere() is False
    workspace.save("C")
    assert workspace.project.store.changed_elsewhere() is False


def test_all_may_open_a_new_folder_at_once(tmp_path: Path):
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "a.md").write_text("A")
    start = threading.Barrier(6)
    kept: list[str] = []

    def serve() -> None:
        with Workspace(tmp_path) as workspace:
            start.wait(LIMIT_S)
            workspace.look()
            kept.append(workspace.kept())

    run_all([threading.Thread(target=serve) for _ in range(6)])
    assert kept == ["1:A*"] * 6


def test_threads_of_one_store_take_turns(workspace: Workspace):
    workspace.save("0")

    def save(name: str) -> None:
        for number in range(20):
            workspace.project.save(workspace.file(), f"{name}{number}", "save")

    run_all([threading.Thread(target=save, args=(name,)) for name in "wxyz"])
    assert_rules(workspace, last=81)


SAVER = """
import sys
from pathlib import Path
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings

project = Project(Path(sys.argv[1]), WorkspaceSettings())
file = project.step_at(project.folder / "prompts" / "a.md")
for number in range(25):
    project.save(file, f"{sys.argv[2]}{number}", "save")
    if number % 5 == 4:
        project.switch(file, project.history(file).versions[-1].number)
        project.undo(file)
"""


def test_processes_take_turns(workspace: Workspace):
    workspace.save("0")
    command = [sys.executable, "-c", SAVER, str(workspace.folder)]
    savers = [subprocess.Popen([*command, name], stderr=subprocess.PIPE) for name in "wxyz"]
    for saver in savers:
        _, errors = saver.communicate(timeout=LIMIT_S)
        # The oldest version may be pushed out between reading and switching to it.
        refused = b"InvalidArgumentError" in errors or b"changed elsewhere" in errors
        assert saver.returncode == 0 or refused, errors.decode()
    assert_rules(workspace)


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)


def assert_rules(workspace: Workspace, last: int | None = None) -> None:
    history = workspace.history()
    assert len(history.versions) == 4
    assert history.current in {version.number for version in history.versions}
    assert len({version.hash for version in history.versions}) == 4
    if last is not None:
        assert history.newest.number == history.current == last
    workspace.assert_whole()
