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
    workspace.run(2)
    workspace.undo()
    assert workspace.kept() == "1:A* 2:B"


def test_several_in_a_row(workspace: Workspace):
    for text in "ABCDE":
        workspace.save(text)
    workspace.switch(3)
    workspace.save("F")
    for expected in ("2:B 3:C* 4:D 5:E", "2:B 3:C 4:D 5:E*"):
        workspace.undo()
        assert workspace.kept() == expected
    # What the save of "E" pushed out went when that of "F" pushed out another.
    with pytest.raises(FourfoldError, match=r"nothing to undo for a; make one"):
        workspace.undo()
    assert workspace.kept() == "2:B 3:C 4:D 5:E*"


def test_back_to_the_first_version_where_nothing_was_pushed_out(workspace: Workspace):
    for text in "ABCD":
        workspace.save(text)
    for expected in ("1:A 2:B 3:C*", "1:A 2:B*", "1:A*"):
        workspace.undo()
        assert workspace.kept() == expected
    with pytest.raises(FourfoldError, match="nothing to undo"):
        workspace.undo()


def test_the_runs_of_a_text_that_was_taken_back_come_with_it_again(workspace: Workspace):
    for text in "AB":
        workspace.save(text)
    run = workspace.run(2, "paid")
    workspace.undo()
    workspace.save("B")
    assert workspace.kept() == "1:A 3:B*"
    assert [one.id for one in workspace.project.store.runs_of_version("a", 3)] == [run]


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


def test_works_from_any_process(workspace: Workspace):
    workspace.save("A")
    run = workspace.run(1, "one")
    for text in "BCDE":
        workspace.save(text)
    workspace.project.close()
    with Workspace(workspace.folder) as later:
        later.undo()
        assert later.kept() == "1:A 2:B 3:C 4:D*"
        assert later.project.store.find_run(run).response == "one"
        assert later.disk() == "D"


def test_of_what_another_server_did(workspace: Workspace):
    workspace.save("A")
    with Workspace(workspace.folder) as other:
        other.save("B")
        workspace.undo()
        assert other.kept() == "1:A*"


def test_holds_no_runs_in_memory(workspace: Workspace):
    workspace.save("A")
    for number in range(60):
        workspace.run(1, f"response {number}")
    for text in "BCDE":
        workspace.save(text)
    workspace.undo()
    assert workspace.history().versions[-1].run_count == 50
