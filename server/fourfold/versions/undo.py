"""Taking back the last changes of a step's versions, whichever process made them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fourfold.errors import FourfoldError
from fourfold.store.sqlite import changes
from fourfold.store.sqlite import versions as rows
from fourfold.versions.change import Change

if TYPE_CHECKING:
    import sqlite3

    from fourfold.store.facts import StepState, StoredChange
    from fourfold.store.sqlite.store import Store


class LastChange(NamedTuple):
    """The change that can be taken back next, and the text that the prompt then has."""

    change: StoredChange
    text: str


class CannotUndoError(FourfoldError):
    """There is nothing to take back, or somebody has changed the versions meanwhile."""


def last_change(store: Store, step: str) -> LastChange:
    """What `undo` would take back; CannotUndoError where there is nothing."""
    with store.transaction() as connection:
        state, change = _last(connection, step)
        return LastChange(change, rows.text_of(connection, state.id, change.before))


def undo(store: Store, step: str, expected: LastChange | None = None) -> Change:
    """Takes the last change of `step` back, with the version that it pushed out and its runs.

    Raises CannotUndoError where there is none, or another one than was `expected`. The version that
    is taken back goes where what is pushed out goes, so that its runs are there should its text be
    saved again; one that replaced another and has been run stays a version.
    """
    with store.transaction() as connection:
        state, change = _last(connection, step)
        if expected is not None and change != expected.change:
            raise CannotUndoError(f"{step} was changed meanwhile; undo once more.")
        changes.forget_last(connection, state.id)
        _return_to(connection, state, change)
    return Change(step, "switched", change.after, change.before)


def _last(connection: sqlite3.Connection, step: str) -> tuple[StepState, StoredChange]:
    state = rows.step_state(connection, step)
    change = changes.last(connection, state.id) if state is not None else None
    if state is None or change is None:
        raise CannotUndoError(
            f"There is nothing to undo for {step}; make one of its versions current instead."
        )
    if not _can_return(connection, state, change):
        raise CannotUndoError(
            f"{step} has been changed since by a program that leaves nothing to undo; make one of "
            "its versions current instead."
        )
    return state, change


def _can_return(connection: sqlite3.Connection, state: StepState, change: StoredChange) -> bool:
    """Whether the step is as `change` left it, so that taking it back loses nobody's text."""
    if state.current != change.after:
        return False
    if change.pushed_out is not None and not rows.pushed_out(
        connection, state.id, [change.pushed_out]
    ):
        return False
    return change.before in state.kept or change.before == change.pushed_out


def _return_to(connection: sqlite3.Connection, state: StepState, change: StoredChange) -> None:
    keeps = change.kind == "switched" or (
        change.kind == "replaced" and rows.has_runs(connection, state.id, change.after)
    )
    others = [number for number in state.kept if number != change.after]
    if not keeps and others:
        # The current version cannot be taken out, and the one to return to may not be back yet.
        rows.set_current(connection, state.id, min(others))
        rows.remove_version(connection, state.id, change.after)
    if change.pushed_out is not None:
        rows.put_back(connection, state.id, change.pushed_out)
    rows.set_current(connection, state.id, change.before)
    if not keeps and not others:
        rows.remove_version(connection, state.id, change.after)
