"""A project on its own: what is unknown, deleted or in the way."""

from __future__ import annotations

import shutil
import stat
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings
from fourfold.store.errors import StoreError
from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_an_unknown_step_names_those_there_are(workspace: Workspace):
    workspace.save("A")
    with pytest.raises(InvalidArgumentError, match="there is no step x; there are a") as caught:
        workspace.project.step_file("x")
    assert caught.value.field == "step"


def test_a_step_whose_file_is_deleted_is_still_known(workspace: Workspace):
    workspace.save("A")
    workspace.path().unlink()
    assert workspace.project.step_file("a").path == workspace.path()


def test_a_file_that_was_never_saved_has_no_history(workspace: Workspace):
    with pytest.raises(InvalidArgumentError, match=r"a.md has no versions; save it first"):
        workspace.project.history(workspace.file())


def test_a_file_that_can_have_no_versions_says_why(workspace: Workspace):
    workspace.path().write_bytes(b"\xff")
    with pytest.raises(FourfoldError, match=r"a.md is not UTF-8"):
        workspace.project.history(workspace.file())


def test_whether_a_text_is_kept(workspace: Workspace):
    workspace.save("A\n")
    assert workspace.project.holds(workspace.file(), "\ufeffA\r\n")
    assert not workspace.project.holds(workspace.file(), "B\n")


def test_a_file_that_holds_the_current_text_is_not_written(workspace: Workspace):
    workspace.save("A\r\nB\n")
    before = workspace.path().stat()
    workspace.write_current()
    assert workspace.path().stat().st_mtime_ns == before.st_mtime_ns


def test_a_folder_has_a_key_of_its_own_that_stays(workspace: Workspace):
    key = workspace.project.key
    workspace.project.close()
    assert workspace.project.key == key
    assert len(key) == 8


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_a_database_that_is_deleted_meanwhile_is_written_again(workspace: Workspace):
    for text in "AB":
        workspace.save(text)
    run = workspace.run(2, "running", "running")
    shutil.rmtree(workspace.database.parent)
    workspace.save("C")
    workspace.save("D")
    assert workspace.kept() == "1:A 2:B 3:C 4:D*"
    (notice,) = workspace.project.notices
    assert "was deleted; its versions and runs have been written again" in notice
    with Workspace(workspace.folder) as other:
        assert other.project.store.end_interrupted_runs() == 0  # it is still ours
    workspace.project.close()
    assert workspace.kept() == "1:A 2:B 3:C 4:D*"
    assert workspace.project.store.find_run(run).response == "running"


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_one_that_another_server_has_written_again_is_not_written_twice(workspace: Workspace):
    workspace.save("A")
    with Workspace(workspace.folder) as other:
        assert other.kept() == "1:A*"
        shutil.rmtree(workspace.database.parent)
        workspace.save("B")
        other.save("C")
        assert other.kept() == "1:A 2:B 3:C*"
    assert workspace.kept() == "1:A 2:B 3:C*"


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_a_database_that_is_written_again_is_for_its_owner_alone(workspace: Workspace):
    workspace.save("A")
    shutil.rmtree(workspace.database.parent)
    workspace.save("B")
    assert stat.S_IMODE(workspace.database.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_who_begins_anew_before_it_is_written_again_takes_no_history(workspace: Workspace):
    for text in "AB":
        workspace.save(text)
    run = workspace.run(1)
    with Workspace(workspace.folder) as other, Workspace(workspace.folder) as command:
        assert other.kept() == "1:A 2:B*"
        shutil.rmtree(workspace.database.parent)
        command.save("C")
        assert command.kept() == "1:C*"
        assert workspace.kept() == "1:A 2:B*"
        assert workspace.project.store.find_run(run) is not None
        (notice,) = workspace.project.notices
        (begun,) = workspace.database.parent.glob("fourfold.db.begun-*[0-9]")
        assert "have been written again" in notice
        assert str(begun) in notice
        for one in (command, other):
            assert one.kept() == "1:A 2:B*"
            (notice,) = one.project.notices
            assert "the one that is there now" in notice
        command.look()
        assert workspace.kept() == other.kept() == "1:A 2:B 3:C*"
    assert len(list(workspace.database.parent.glob("fourfold.db.*[0-9]"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be renamed there")
def test_one_that_was_set_aside_stays_aside(workspace: Workspace):
    workspace.save("A")
    with Workspace(workspace.folder) as other:
        assert other.kept() == "1:A*"
        workspace.project.close()
        workspace.database.rename(workspace.database.with_name("fourfold.db.damaged-1"))
        workspace.save("B")
        assert other.kept() == "1:B*"
        (notice,) = other.project.notices
        assert "the one that is there now" in notice


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_one_that_is_a_file_now_is_said(workspace: Workspace):
    workspace.save("A")
    shutil.rmtree(workspace.database.parent)
    workspace.database.parent.write_text("in the way")
    with pytest.raises(StoreError, match="is a file, so no versions are kept"):
        workspace.save("B")
    workspace.database.parent.unlink()
    workspace.save("B")
    assert workspace.kept() == "1:A 2:B*"


def test_an_id_once_given_stays_across_sessions(tmp_path: Path) -> None:
    def listed(project: Project) -> dict[str, str]:
        project.read_from_disk(project.all_steps())
        return {file.step: file.path.name for file in project.all_steps()}

    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "a.txt").write_text("one\n", encoding="utf-8")
    with closing(Project(tmp_path, WorkspaceSettings())) as project:
        assert listed(project) == {"a": "a.txt"}
        (prompts / "a.md").write_text("two\n", encoding="utf-8")
        both = {"a": "a.txt", "a.md": "a.md"}
        assert listed(project) == both
    with closing(Project(tmp_path, WorkspaceSettings())) as project:
        found = project.step_at(prompts / "a.md")
        assert found is not None
        assert project.history(found).current_version.text == "two\n"
        assert listed(project) == both
        assert project.store.step_names() == ["a", "a.md"]
    with closing(Project(tmp_path, WorkspaceSettings())) as project:
        (prompts / "a.txt").unlink()
        assert listed(project) == {"a.md": "a.md"}
        assert project.step_file("a").path == prompts / "a.txt"
        (prompts / "a.prompty").write_text("three\n", encoding="utf-8")
        assert listed(project) == {"a": "a.prompty", "a.md": "a.md"}
        (prompts / "a.txt").write_text("four\n", encoding="utf-8")
        assert listed(project) == {"a": "a.prompty", "a.md": "a.md", "a.txt": "a.txt"}


def test_a_file_of_another_kind_with_the_same_text_keeps_the_id(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "a.md").write_text("one\n", encoding="utf-8")
    with closing(Project(tmp_path, WorkspaceSettings())) as project:
        project.read_from_disk(project.all_steps())
        (prompts / "a.md").rename(prompts / "a.prompty")
        project.read_from_disk(project.all_steps())
    with closing(Project(tmp_path, WorkspaceSettings())) as project:
        assert project.store.paths() == {"prompts/a.prompty": "a"}
        (prompts / "a.md").write_text("one\n", encoding="utf-8")
        assert [one.step for one in project.all_steps()] == ["a", "a.md"]


def test_prompts_beside_code_keep_their_histories(tmp_path: Path) -> None:
    path = tmp_path / "src" / "chat" / "basic.prompty"
    path.parent.mkdir(parents=True)
    path.write_text("one\n", encoding="utf-8")
    with closing(Project(tmp_path, WorkspaceSettings())) as project:
        project.read_from_disk(project.all_steps())
        moved = path.rename(tmp_path / "basic.prompty")
        taken = project.read_from_disk(project.all_steps())
        assert taken.renames == [("src/chat/basic", "basic")]
        moved.unlink()
        found = project.step_file("basic")
        project.write_text(found, project.history(found).current_version.text)
        assert moved.read_text(encoding="utf-8") == "one\n"
