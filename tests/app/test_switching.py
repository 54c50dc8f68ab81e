"""What becomes of a prompt file, and of its versions, where others change them in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.saving import seen_version
from fourfold.app.switching import (
    UnkeptTextError,
    last_switch,
    refuse_loss,
    take_back,
    use_version,
)
from fourfold.project.project import Project
from fourfold.store.sqlite.store import SqliteStore
from fourfold.versions.undo import CannotUndoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.workspace import Workspace


@pytest.fixture
def just_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[type, str, Callable[[], Any]], None]:
    """Has something happen right before the first call of a method."""

    def arrange(owner: type, name: str, happens: Callable[[], Any]) -> None:
        method = getattr(owner, name)

        def raced(*arguments: Any, **fields: Any) -> Any:
            monkeypatch.setattr(owner, name, method)
            happens()
            return method(*arguments, **fields)

        monkeypatch.setattr(owner, name, raced)

    return arrange


def test_what_is_taken_back_is_the_change_whose_text_the_file_gets(
    workspace: Workspace, just_before: Any
) -> None:
    for text in "ABC":
        workspace.save(text)
    just_before(Project, "undo", lambda: workspace.save("Another program was quicker"))
    change = take_back(workspace.project, workspace.file())
    assert (change.before, change.after) == (4, 3)
    assert (workspace.kept(), workspace.disk()) == ("1:A 2:B 3:C*", "C")


def test_where_nothing_is_left_to_take_back_the_file_of_somebody_else_stays(
    workspace: Workspace, just_before: Any
) -> None:
    workspace.save("A")
    workspace.save("B")

    def meanwhile() -> None:
        workspace.undo()
        workspace.write("Typed elsewhere")

    just_before(Project, "undo", meanwhile)
    with pytest.raises(CannotUndoError):
        last_switch(workspace.project, workspace.file()).carry_out(workspace.project, discards=True)
    assert (workspace.kept(), workspace.disk()) == ("1:A*", "Typed elsewhere")


def test_the_text_that_was_read_is_what_is_run_whoever_saves_next(
    workspace: Workspace, just_before: Any
) -> None:
    workspace.save("A")
    history = workspace.history()
    assert seen_version(workspace.project, workspace.file(), history)[0] is history
    workspace.write("What is read")
    just_before(SqliteStore, "history", lambda: workspace.save("Saved by another program"))
    kept, seen = seen_version(workspace.project, workspace.file(), history)
    assert seen is kept.current_version
    assert seen.text == "What is read"


@pytest.mark.parametrize("change", [take_back, lambda *a: use_version(*a, 1)], ids=["undo", "use"])
def test_text_that_no_version_has_is_never_overwritten(workspace: Workspace, change: Any) -> None:
    workspace.save("A")
    workspace.save("B")
    project, file = workspace.project, workspace.file()
    refuse_loss(project, file, "A")
    with pytest.raises(UnkeptTextError, match=r"a\.md holds text that no version has"):
        refuse_loss(project, file, "Only in an editor")
    workspace.write("Only in the file")
    with pytest.raises(UnkeptTextError):
        change(project, file)
    assert (workspace.kept(), workspace.disk()) == ("1:A 2:B*", "Only in the file")


@pytest.mark.parametrize("mode", ["always", "afterRun", "never"])
def test_what_is_seen_is_what_runs(workspace: Workspace, mode: Any) -> None:
    workspace.save("A")
    workspace.save("B")
    workspace.mode(mode)
    project, file, history = workspace.project, workspace.file(), workspace.history()
    assert seen_version(project, file, history, "A") == (history, history.version(1))
    assert workspace.disk() == "B"
    kept, seen = seen_version(project, file, history, "C")
    assert (seen.text, seen.number, kept.current) == ("C", 3, 3)
    assert workspace.disk() == "C"
