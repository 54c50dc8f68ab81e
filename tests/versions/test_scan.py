"""What happened on disk while nobody was looking."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.workspace import Workspace


@pytest.fixture
def known(workspace: Workspace) -> Workspace:
    """Steps a (1:A 2:B*) and sub/c (1:C 2:D*)."""
    for step, texts in (("a", "AB"), ("sub/c", "CD")):
        for text in texts:
            workspace.save(text, step)
    return workspace


class TestRenames:
    def test_of_a_file(self, known: Workspace):
        known.path("a").rename(known.path("b"))
        assert known.look().renames == [("a", "b")]
        assert known.kept("b") == "1:A 2:B*"
        known.save("E", "b")
        assert known.kept("b") == "1:A 2:B 3:E*"
        assert known.project.store.history("a") is None

    def test_of_a_folder(self, known: Workspace):
        known.save("X", "sub/d")
        known.path("sub/c").parent.rename(known.folder / "prompts" / "other")
        assert sorted(known.look().renames) == [("sub/c", "other/c"), ("sub/d", "other/d")]
        assert known.kept("other/c") == "1:C 2:D*"

    def test_of_two_files_with_one_text(self, workspace: Workspace):
        for step in ("one", "two"):
            workspace.save("same", step)
        target = workspace.folder / "prompts" / "sub"
        target.mkdir()
        workspace.path("one").rename(target / "one.md")
        workspace.path("two").rename(target / "uno.md")
        assert workspace.look().renames == [("one", "sub/one"), ("two", "sub/uno")]

    def test_back_again(self, known: Workspace):
        known.path("a").rename(known.path("b"))
        known.look()
        known.path("b").rename(known.path("a"))
        known.look()
        assert known.kept("a") == "1:A 2:B*"

    def test_to_another_kind(self, known: Workspace):
        other = known.path("a").with_suffix(".txt")
        known.path("a").rename(other)
        known.look()
        assert known.kept("a") == "1:A 2:B*"
        known.external("C", "b")
        assert known.project.step_file("a").path == other

    def test_to_another_kind_in_the_editor(self, known: Workspace):
        old, other = known.file("a"), known.path("a").with_suffix(".txt")
        known.path("a").rename(other)
        assert known.project.rename(old, known.project.step_at(other))
        other.unlink()
        assert known.project.step_file("a").path == other
        assert known.kept("a") == "1:A 2:B*"

    def test_of_a_text_that_an_automatic_save_left(self, known: Workspace):
        known.save("E", "a", automatic=True)
        known.path("a").rename(known.path("b"))
        known.look()
        assert known.kept("b") == "1:A 2:B*"

    def test_in_the_editor_of_a_text_that_is_no_version(self, known: Workspace):
        old = known.file("a")
        known.path("a").rename(known.path("b"))
        known.write("E", "b")
        assert known.project.rename(old, known.file("b"))
        known.look()
        assert known.kept("b") == "1:A 2:B 3:E*"

    def test_onto_a_step_with_a_history_keep_that_one(self, known: Workspace):
        old = known.file("a")
        known.path("a").replace(known.path("sub/c"))
        assert not known.project.rename(old, known.file("sub/c"))
        known.look()
        assert known.kept("sub/c") == "1:C 2:D 3:B*"
        assert known.kept("a") == "1:A 2:B*"

    def test_a_copy_is_none(self, known: Workspace):
        known.write("B", "b")
        assert known.look().renames == []
        assert (known.kept("a"), known.kept("b")) == ("1:A 2:B*", "1:B*")

    def test_an_upper_case_suffix_is_still_there(self, workspace: Workspace):
        loud = workspace.folder / "prompts" / "LOUD.MD"
        loud.write_text("A")
        workspace.look()
        workspace.write("A", "copy")
        assert workspace.look().renames == []
        assert workspace.project.store.step_names() == ["LOUD", "copy"]

    def test_an_empty_file_is_none(self, workspace: Workspace):
        workspace.save("", "a")
        workspace.path("a").unlink()
        workspace.write("", "b")
        assert workspace.look().renames == []

    def test_of_several_with_one_text_the_same_name_counts(self, workspace: Workspace):
        for step in ("x/a", "x/b"):
            workspace.save("same", step)
        (workspace.folder / "prompts" / "x").rename(workspace.folder / "prompts" / "y")
        assert sorted(workspace.look().renames) == [("x/a", "y/a"), ("x/b", "y/b")]

    def test_nobody_guesses_where_it_is_ambiguous(self, workspace: Workspace):
        for step in ("a", "b"):
            workspace.save("same", step)
        workspace.path("a").unlink()
        workspace.path("b").unlink()
        workspace.write("same", "c")
        assert workspace.look().renames == []
        assert workspace.project.store.step_names() == ["a", "b", "c"]


class TestDeletedFiles:
    def test_keep_their_versions_and_go_on(self, known: Workspace):
        known.path("a").unlink()
        known.look()
        assert known.kept("a") == "1:A 2:B*"
        known.external("E", "a")
        assert known.kept("a") == "1:A 2:B 3:E*"

    def test_that_come_back_as_they_were_add_nothing(self, known: Workspace):
        known.path("a").unlink()
        known.look()
        known.external("B", "a")
        assert known.kept("a") == "1:A 2:B*"

    def test_can_be_had_again(self, known: Workspace):
        known.path("a").unlink()
        file = known.project.step_file("a")
        known.project.switch(file, 1)
        known.project.write_text(file, known.history("a").current_version.text)
        assert known.disk("a") == "A"


class TestGit:
    @pytest.fixture
    def git(self, known: Workspace):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(known.folder),
            **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "T"),
            **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "t@example.org"),
        }

        def git(*arguments: str) -> None:
            command = ["git", "-C", str(known.folder), *arguments]
            subprocess.run(command, check=True, capture_output=True, env=environment)

        git("init", "-b", "main")
        git("add", ".")
        git("commit", "-m", "main")
        git("checkout", "-b", "other")
        return git

    def test_leaves_the_state_folder_alone(self, known: Workspace, git):
        git("add", ".")
        git("clean", "-fd")
        assert known.database.exists()

    def test_another_branch_and_back_with_another_text(self, known: Workspace, git):
        known.external("E", "a")
        git("commit", "-am", "other")
        git("checkout", "main")
        known.look()
        assert known.kept("a") == "1:A 2:B* 3:E"
        git("checkout", "other")
        known.look()
        assert known.kept("a") == "1:A 2:B 3:E*"

    def test_another_branch_and_back_with_another_name(self, known: Workspace, git):
        git("mv", "prompts/a.md", "prompts/b.md")
        git("commit", "-m", "other")
        known.look()
        for branch, step in (("main", "a"), ("other", "b"), ("main", "a")):
            git("checkout", branch)
            known.look()
            assert known.kept(step) == "1:A 2:B*"

    def test_another_branch_and_back_without_the_file(self, known: Workspace, git):
        git("rm", "prompts/a.md")
        git("commit", "-m", "other")
        for branch in ("main", "other", "main"):
            git("checkout", branch)
            known.look()
            assert known.kept("a") == "1:A 2:B*"


def test_many_files_with_one_text_are_not_compared_each_with_each(workspace: Workspace):
    many, calls = 300, 0
    find = workspace.project.steps.find

    def counting(step: str):
        nonlocal calls
        calls += 1
        return find(step)

    for number in range(many):
        workspace.write("same", f"s{number}")
    workspace.project.steps.find = counting
    for file in list(workspace.project.steps.all()):
        workspace.project.read_from_disk([file])
    assert len(workspace.project.store.step_names()) == many
    assert calls < 10 * many


def test_a_prompt_folder_that_a_link_takes_out_of_the_workspace_is_not_read(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
):
    outside: Path = tmp_path_factory.mktemp("outside")
    (outside / "a.md").write_text("secret")
    (workspace.folder / "prompts").rmdir()
    (workspace.folder / "prompts").symlink_to(outside, target_is_directory=True)
    assert list(workspace.project.steps.all()) == []


def test_a_file_that_comes_back_to_an_earlier_text_takes_its_history(workspace: Workspace):
    for text in ("A", "B", "a longer C"):
        workspace.save(text, "a")
    workspace.path("a").unlink()
    workspace.external("A", "b")
    assert workspace.project.store.history("a") is None
    assert workspace.kept("b") == "1:A* 2:B 3:a longer C"


def test_of_two_histories_the_one_whose_file_had_the_text_last_is_taken(workspace: Workspace):
    for step, texts in {"a": ("A", "B"), "c": ("B", "A")}.items():
        for text in texts:
            workspace.save(text, step)
    for step in "ac":
        workspace.path(step).unlink()
    workspace.external("A", "d")
    assert workspace.kept("d") == "1:B 2:A*"
    workspace.external("B", "e")
    assert workspace.kept("e") == "1:A 2:B*"
    assert workspace.project.store.step_names() == ["d", "e"]


def test_a_text_that_another_file_still_has_is_a_copy(workspace: Workspace):
    for text in "AB":
        workspace.save(text, "a")
    workspace.external("A", "b")
    assert (workspace.kept("a"), workspace.kept("b")) == ("1:A 2:B*", "1:A*")
