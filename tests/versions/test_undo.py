"""Taking changes of versions back."""

from __future__ import annotations

import pytest

from fourfold.errors import FourfoldError
from support.workspace import Workspace


def test_a_save(workspace: Workspace):
    for text in "AB":
        workspace.save(text)
    workspace.undo()
    assert workspace.kept() == "1:A*"
    assert workspace.disk() == "A"


def test_a_save_brings_back_the_version_it_pushed_out_with_its_runs(workspace: Workspace):
    workspace.save("A")
    runs = [workspace.run(1, "one"), workspace.run(1, "two")]
    for text in "BCDE":
        workspace.save(text)
    workspace.undo()
    assert workspace.kept() == "1:A 2:B 3:C 4:D*"
    kept = workspace.project.store.runs_of_version("a", 1)
    assert [run.id for run in kept] == runs[::-1]
    assert workspace.project.store.find_run(runs[0]).response == "one"


def test_a_save_that_pushed_out_the_current_version(workspace: Workspace):
    for text in "ABCD":
        workspace.save(text)
    workspace.switch(1)
    workspace.save("E")
    workspace.undo()
    assert workspace.kept() == "1:A* 2:B 3:C 4:D"


def test_a_switch(workspace: Workspace):
    for text in "ABC":
        workspace.save(text)
    workspace.switch(1)
    workspace.undo()
    assert workspace.kept() == "1:A 2:B 3:C*"
    assert workspace.disk() == "C"


def test_a_replacement(workspace: Workspace):
    workspace.save("A")
    workspace.mode("afterRun")
    workspace.save("B")
    workspace.undo()
    assert workspace.kept() == "1:A*"


def test_a_replacement_whose_text_has_been_run_keeps_both(workspace: Workspace):
    workspace.save("A")
    workspace.mode("afterRun")
    workspace.save("B")
    workspace.run(1)
    workspace.undo()
    assert workspace.kept() == "1:B 2:A*"
    assert workspace.history().current_version.cause == "restore"


def test_several_in_a_row(workspace: Workspace):
    for text in "ABCDE":
        workspace.save(text)
    workspace.switch(3)
    workspace.save("F")
    for expected in (
        "2:B 3:C* 4:D 5:E",
        "2:B 3:C 4:D 5:E*",
        "1:A 2:B 3:C 4:D*",
        "1:A 2:B 3:C*",
        "1:A 2:B*",
        "1:A*",
    ):
        workspace.undo()
        assert workspace.kept() == expected
    with pytest.raises(FourfoldError, match="nothing to undo for a in this session"):
        workspace.undo()
    assert workspace.kept() == "1:A*"


def test_a_number_is_never_used_twice(workspace: Workspace):
    for text in "AB":
        workspace.save(text)
    workspace.undo()
    workspace.save("C")
    assert workspace.kept() == "1:A 3:C*"


def test_somebody_elses_change_that_this_session_took_in(workspace: Workspace):
    workspace.save("A")
    workspace.external("B")
    workspace.undo()
    assert workspace.kept() == "1:A*"


def test_is_per_step(workspace: Workspace):
    for text in "AB":
        workspace.save(text, "a")
    for text in "CD":
        workspace.save(text, "b")
    workspace.undo("a")
    assert (workspace.kept("a"), workspace.kept("b")) == ("1:A*", "1:C 2:D*")


def test_goes_with_a_rename(workspace: Workspace):
    for text in "AB":
        workspace.save(text, "a")
    old = workspace.file("a")
    workspace.path("a").rename(workspace.path("b"))
    assert workspace.project.rename(old, workspace.file("b"))
    workspace.undo("b")
    assert workspace.kept("b") == "1:A*"


def test_is_gone_with_the_session(workspace: Workspace):
    for text in "AB":
        workspace.save(text)
    with Workspace(workspace.folder) as later, pytest.raises(FourfoldError, match="nothing to"):
        later.undo()


class TestAfterSomebodyElsesChange:
    """Another session on the same folder has changed the step since: nothing is undone."""

    @pytest.fixture
    def other(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        with Workspace(workspace.folder) as other:
            yield other

    def refused(self, workspace: Workspace):
        kept = workspace.kept()
        with pytest.raises(FourfoldError, match="a has been changed elsewhere since"):
            workspace.undo()
        assert workspace.kept() == kept

    def test_a_save(self, workspace: Workspace, other: Workspace):
        other.save("C")
        self.refused(workspace)

    def test_a_switch(self, workspace: Workspace, other: Workspace):
        other.switch(1)
        self.refused(workspace)

    def test_a_save_and_a_switch_back(self, workspace: Workspace, other: Workspace):
        other.save("C")
        other.switch(2)
        self.refused(workspace)

    def test_a_replacement_of_the_same_version(self, workspace: Workspace, other: Workspace):
        other.mode("afterRun")
        other.save("C")
        self.refused(workspace)

    def test_a_replacement_of_what_we_replaced(self, workspace: Workspace, other: Workspace):
        workspace.mode("afterRun")
        workspace.save("C")
        other.mode("afterRun")
        other.save("D")
        self.refused(workspace)

    def test_the_text_to_return_to_is_a_version_of_its_own_now(
        self, workspace: Workspace, other: Workspace
    ):
        workspace.mode("afterRun")
        workspace.save("C")
        other.save("B")
        other.switch(2)
        self.refused(workspace)

    def test_the_version_to_return_to_is_pushed_out(self, workspace: Workspace, other: Workspace):
        workspace.switch(1)
        workspace.switch(2)
        for text in "CDEF":
            other.save(text)
        self.refused(workspace)

    def test_a_change_that_was_taken_back_there_is_none(
        self, workspace: Workspace, other: Workspace
    ):
        other.save("C")
        other.undo()
        workspace.undo()
        assert workspace.kept() == "1:A*"
