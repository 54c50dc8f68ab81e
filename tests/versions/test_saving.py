"""The saving rules of protocol.md."""

from __future__ import annotations

import pytest

from fourfold.errors import FourfoldError, InvalidArgumentError
from support.workspace import Workspace


def test_a_step_seen_for_the_first_time_gets_its_text_as_v1(workspace: Workspace):
    workspace.write("A")
    workspace.look()
    assert workspace.kept() == "1:A*"
    assert workspace.history().current_version.cause == "seed"


def test_the_history_of_a_step_never_seen_begins_with_its_file(workspace: Workspace):
    workspace.write("A")
    history = workspace.project.history(workspace.file())
    assert (history.current, history.current_version.cause) == (1, "seed")


def test_a_first_save_seeds(workspace: Workspace):
    workspace.save("A")
    assert workspace.kept() == "1:A*"
    assert workspace.history().current_version.cause == "seed"


def test_a_save_of_another_text_adds_a_version_and_makes_it_current(workspace: Workspace):
    workspace.save("A")
    assert workspace.save("B").kind == "added"
    assert workspace.kept() == "1:A 2:B*"
    assert workspace.history().current_version.cause == "save"


def test_a_fifth_version_pushes_out_the_oldest_and_numbers_only_grow(workspace: Workspace):
    for text in "ABCDEF":
        workspace.save(text)
    assert workspace.kept() == "3:C 4:D 5:E 6:F*"


def test_a_version_goes_with_its_runs(workspace: Workspace):
    workspace.save("A")
    first = workspace.run(1, "one")
    for text in "BCD":
        workspace.save(text)
    kept = workspace.run(2, "two")
    workspace.save("E")
    assert workspace.history().pushed_out == ((1, 1),)
    assert workspace.project.store.find_run(first) is not None  # for as long as undo needs it
    workspace.run(2, "three")
    workspace.save("F")
    assert workspace.history().pushed_out == ((2, 2),)
    assert workspace.project.store.find_run(first) is None
    assert workspace.project.store.find_run(kept) is not None


@pytest.mark.parametrize("again", ["A\nB\n", "A\r\nB\r\n", "\ufeffA\nB\n", "\ufeffA\r\nB\r\n"])
def test_identical_text_is_no_version_whatever_its_line_endings(workspace: Workspace, again: str):
    workspace.save("A\nB\n")
    assert workspace.save(again).kind == "none"
    workspace.external(again)
    assert workspace.kept() == "1:A\nB\n*"


def test_a_text_that_is_kept_becomes_current_and_is_not_added(workspace: Workspace):
    for text in "ABC":
        workspace.save(text)
    assert workspace.save("A").kind == "switched"
    assert workspace.kept() == "1:A* 2:B 3:C"


def test_a_text_that_is_kept_becomes_current_with_other_line_endings(workspace: Workspace):
    for text in ("A\n", "B\n"):
        workspace.save(text)
    workspace.save("\ufeffA\r\n")
    assert workspace.kept() == "1:A\n* 2:B\n"


def test_a_text_that_was_pushed_out_is_new_again(workspace: Workspace):
    for text in "ABCDEA":
        workspace.save(text)
    assert workspace.kept() == "3:C 4:D 5:E 6:A*"


def test_a_save_never_pushes_out_the_version_that_was_edited(workspace: Workspace):
    for text in "ABCD":
        workspace.save(text)
    workspace.switch(1)
    workspace.save("E")
    assert workspace.kept() == "1:A 3:C 4:D 5:E*"
    assert (workspace.history().newest.parent, workspace.history().newest.change) == (1, '+ "E"')


def test_the_current_version_may_be_any_kept_one_and_is_what_is_on_disk(workspace: Workspace):
    for text in "ABCD":
        workspace.save(text)
    workspace.switch(2)
    assert workspace.kept() == "1:A 2:B* 3:C 4:D"
    assert workspace.disk() == "B"


@pytest.mark.parametrize("number", [0, 1, 6, -1])
def test_a_version_that_is_not_kept_cannot_become_current(workspace: Workspace, number: int):
    for text in "ABCDE":
        workspace.save(text)
    with pytest.raises(InvalidArgumentError, match="kept are v2, v3, v4, v5") as caught:
        workspace.switch(number)
    assert caught.value.field == "version"
    assert workspace.kept() == "2:B 3:C 4:D 5:E*"


def test_lines_count_against_the_version_before(workspace: Workspace):
    workspace.save("a\nb\nc\n")
    workspace.save("a\nB\nc\nd\n")
    newest, first = workspace.history().versions
    assert (first.lines_added, first.lines_removed) == (3, 0)
    assert (newest.lines_added, newest.lines_removed, newest.words) == (2, 1, 4)


def test_steps_have_numbers_of_their_own(workspace: Workspace):
    for text in "AB":
        workspace.save(text, "a")
    workspace.save("A", "a/b")
    assert (workspace.kept("a"), workspace.kept("a/b")) == ("1:A 2:B*", "1:A*")


class TestAutomaticSaves:
    def test_add_nothing(self, workspace: Workspace):
        workspace.save("A")
        assert workspace.save("B", automatic=True).kind == "none"
        assert workspace.kept() == "1:A*"

    def test_are_nobody_elses_change(self, workspace: Workspace):
        workspace.save("A")
        workspace.save("B", automatic=True)
        workspace.look()
        assert workspace.kept() == "1:A*"

    def test_are_nobody_elses_change_for_one_who_read_them_before_they_were_told_of(
        self, workspace: Workspace
    ):
        workspace.save("A")
        workspace.save("B", automatic=True)
        workspace.project.save(workspace.file(), "B", "external")
        assert workspace.kept() == "1:A*"

    def test_become_a_version_with_the_next_save(self, workspace: Workspace):
        workspace.save("A")
        workspace.save("B", automatic=True)
        workspace.save("B")
        assert workspace.kept() == "1:A 2:B*"

    def test_become_a_version_by_command(self, workspace: Workspace):
        workspace.save("A")
        workspace.save("B", automatic=True)
        workspace.command("B")
        assert workspace.kept() == "1:A 2:B*"

    def test_of_a_kept_text_make_that_version_current(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        workspace.save("C", automatic=True)
        workspace.save("A", automatic=True)
        assert workspace.kept() == "1:A* 2:B"
        assert workspace.history().unversioned is None

    def test_back_to_the_current_text_are_forgotten(self, workspace: Workspace):
        workspace.save("A")
        workspace.save("B", automatic=True)
        workspace.save("A", automatic=True)
        assert workspace.history().unversioned is None
        workspace.external("B")
        assert workspace.kept() == "1:A 2:B*"

    def test_that_another_program_overwrote_are_forgotten(self, workspace: Workspace):
        workspace.save("A")
        workspace.save("B", automatic=True)
        workspace.external("A")
        workspace.external("B")
        assert workspace.kept() == "1:A 2:B*"

    def test_are_remembered_by_the_next_server(self, workspace: Workspace):
        workspace.save("A")
        workspace.save("B", automatic=True)
        with Workspace(workspace.folder) as later:
            later.look()
            assert later.kept() == "1:A*"

    def test_of_a_step_never_seen_seed_it(self, workspace: Workspace):
        workspace.save("A", automatic=True)
        assert workspace.kept() == "1:A*"


class TestExternalChanges:
    def test_count_as_saves(self, workspace: Workspace):
        workspace.save("A")
        workspace.external("B")
        assert workspace.kept() == "1:A 2:B*"
        assert workspace.history().current_version.cause == "external"

    def test_back_to_a_kept_text_make_it_current(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        workspace.external("A")
        assert workspace.kept() == "1:A* 2:B"

    def test_told_of_twice_are_one(self, workspace: Workspace):
        workspace.save("A")
        workspace.external("B")
        workspace.look()
        workspace.project.save(workspace.file(), "B", "save")
        assert workspace.kept() == "1:A 2:B*"


class TestVersionOnSaveNever:
    def test_only_the_command_adds(self, workspace: Workspace):
        workspace.mode("never")
        workspace.save("A")
        workspace.save("B")
        workspace.external("C")
        assert workspace.kept() == "1:A*"
        workspace.command("C")
        assert workspace.kept() == "1:A 2:C*"
        assert workspace.history().current_version.cause == "command"

    def test_a_kept_text_still_becomes_current(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        workspace.mode("never")
        workspace.save("A")
        assert workspace.kept() == "1:A* 2:B"


class TestVersionOnSaveAfterRun:
    def test_saves_replace_the_current_version_until_it_has_been_run(self, workspace: Workspace):
        workspace.mode("afterRun")
        for text in "ABC":
            workspace.save(text)
        assert workspace.kept() == "3:C*"
        workspace.run(3, status="failed")
        workspace.save("D")
        assert workspace.kept() == "3:C 4:D*"

    def test_no_text_of_another_origin_is_replaced(self, workspace: Workspace):
        workspace.mode("afterRun")
        workspace.save("A")
        workspace.external("B")
        workspace.external("C")
        assert workspace.kept() == "1:A 3:C*"
        workspace.save("D")
        workspace.save("E")
        assert workspace.kept() == "1:A 3:C 5:E*"

    def test_a_pinned_text_is_not_replaced_and_a_full_history_loses_nothing(
        self, workspace: Workspace
    ):
        for text in "ABCD":
            workspace.save(text)
        workspace.mode("afterRun")
        workspace.save("E")
        assert workspace.kept() == "1:A 2:B 3:C 5:E*"
        workspace.project.pin(workspace.file(), 5, True)
        workspace.save("F")
        assert workspace.kept() == "2:B 3:C 5:E 6:F*"

    def test_a_kept_text_becomes_current_instead(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        workspace.mode("afterRun")
        workspace.save("A")
        assert workspace.kept() == "1:A* 2:B"

    def test_the_command_adds(self, workspace: Workspace):
        workspace.mode("afterRun")
        workspace.save("A")
        workspace.command("B")
        assert workspace.kept() == "1:A 2:B*"

    def test_the_replaced_text_is_the_parent(self, workspace: Workspace):
        for text in ("a\n", "a\nb\n"):
            workspace.save(text)
        workspace.mode("afterRun")
        workspace.save("a\nb\nc\n")
        newest = workspace.history().newest
        assert (newest.number, newest.parent, newest.lines_added) == (3, 2, 1)


def test_half_a_character_is_refused_and_nothing_changes(workspace: Workspace):
    workspace.save("A")
    with pytest.raises(FourfoldError, match="half a character at position 1"):
        workspace.project.save(workspace.file(), "B\ud800", "save")
    assert workspace.kept() == "1:A*"


@pytest.mark.parametrize(
    ("text", "reason"), [("x" * 3_000_000, "3.0 MB"), ("A\0", "binary file")], ids=["large", "nul"]
)
def test_a_text_that_could_not_be_read_back_is_refused(
    workspace: Workspace, text: str, reason: str
):
    workspace.save("A")
    with pytest.raises(FourfoldError, match=reason):
        workspace.project.save(workspace.file(), text, "save")
    assert workspace.kept() == "1:A*"


def test_an_empty_prompt_has_versions_too(workspace: Workspace):
    workspace.save("")
    workspace.save("A")
    workspace.save("")
    assert workspace.kept() == "1:* 2:A"


class TestOtherPrograms:
    """What others did and nobody ran goes first, so that they cost a person at most one version."""

    def test_one_that_writes_in_pieces(self, workspace: Workspace):
        for text in "ABCD":
            workspace.save(text)
        for end in range(1, 9):
            workspace.external("a text"[:end] + "!" * max(0, end - 6))
        assert workspace.kept() == "2:B 3:C 4:D 12:a text!!*"

    def test_git_that_walks_through_commits_and_back(self, workspace: Workspace):
        workspace.save("A")
        run = workspace.run(1, "paid")
        for text in "BCDEF":
            workspace.external(text)
        workspace.external("A")
        assert workspace.history().current == 1
        assert workspace.project.store.find_run(run).version == 1
        assert workspace.kept() == "1:A* 4:D 5:E 6:F"

    def test_what_was_run_stays(self, workspace: Workspace):
        workspace.save("A")
        for text in "BCD":
            workspace.external(text)
        workspace.run(2, status="queued")
        workspace.external("E")
        assert workspace.kept() == "1:A 2:B 4:D 5:E*"

    def test_a_text_that_was_seen_on_disk_first_is_the_persons_who_saved_it(
        self, workspace: Workspace
    ):
        workspace.save("A")
        workspace.external("B")
        assert workspace.history().current_version.cause == "external"
        workspace.save("B")
        assert workspace.history().current_version.cause == "save"
        workspace.external("C")
        workspace.command("C")
        assert workspace.history().current_version.cause == "command"
        workspace.external("B")
        assert workspace.history().current_version.cause == "save"

    def test_automatic_saves_that_were_seen_on_disk_first_cost_one_version_at_most(
        self, workspace: Workspace
    ):
        for text in "ABCD":
            workspace.save(text)
        for text in ("o", "on", "one", "one t", "one tw"):
            workspace.external(text)
            workspace.save(text, automatic=True)
            assert workspace.history().current_version.cause == "external"
        assert workspace.kept() == "2:B 3:C 4:D 9:one tw*"
        workspace.save("one tw")
        assert workspace.history().current_version.cause == "save"


class TestPins:
    def test_a_pinned_version_is_never_pushed_out(self, workspace: Workspace):
        for text in "ABCD":
            workspace.save(text)
        workspace.project.pin(workspace.file(), 1, True)
        workspace.project.pin(workspace.file(), 2, True)
        for text in "EFG":
            workspace.save(text)
        assert workspace.kept() == "1:A 2:B 6:F 7:G*"

    def test_two_of_a_step_can_be_pinned(self, workspace: Workspace):
        for text in "ABC":
            workspace.save(text)
        for number in (1, 2, 2):
            workspace.project.pin(workspace.file(), number, True)
        with pytest.raises(FourfoldError, match=r"at most 2 versions of a .* unpin v1 or v2 first"):
            workspace.project.pin(workspace.file(), 3, True)
        workspace.project.pin(workspace.file(), 1, False)
        workspace.project.pin(workspace.file(), 3, True)
        assert [v.number for v in workspace.history().versions if v.pinned] == [3, 2]


def test_a_name_is_one_line_and_can_be_taken_away(workspace: Workspace):
    workspace.save("A")
    workspace.project.name(workspace.file(), 1, " terse\n and  kind ")
    assert workspace.history().newest.name == "terse and kind"
    with pytest.raises(FourfoldError, match="at most 80 characters"):
        workspace.project.name(workspace.file(), 1, "x" * 81)
    workspace.project.name(workspace.file(), 1, None)
    assert workspace.history().newest.name is None
    with pytest.raises(FourfoldError, match="a has no v7; kept are v1"):
        workspace.project.name(workspace.file(), 7, "x")
