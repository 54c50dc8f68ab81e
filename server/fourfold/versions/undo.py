"""Taking back the last changes of a step's versions, whichever process made them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fourfold.errors import FourfoldError
from fourfold.versions.change import Change

if TYPE_CHECKING:
    from fourfold.store.facts import StepState, StoredChange
    from fourfold.store.ports.versions import Histories, VersionStore


class LastChange(NamedTuple):
    """The change that can be taken back next, and the text that the prompt then has."""

    change: StoredChange
    text: str


class CannotUndoError(FourfoldError):
    """There is nothing to take back, or somebody has changed the versions meanwhile."""


def last_change(store: VersionStore, step: str) -> LastChange:
    """What `undo` would take back; CannotUndoError where there is nothing."""
    with store.changing() as histories:
        state, change = _last(histories, step)
        return LastChange(change, histories.text_of(state, change.before))


def undo(store: VersionStore, step: str, expected: LastChange | None = None) -> Change:
    """Takes the last change of `step` back, with the version that it pushed out and its runs.

    Raises CannotUndoError where there is none, or another one than was `expected`. The version that
    is taken back goes where what is pushed out goes, so that its runs are there should its text be
    saved again; one that replaced another and has been run stays a version.
    """
    with store.changing() as histories:
        state, change = _last(histories, step)
        if expected is not None and change != expected.change:
            raise CannotUndoError(f"{step} was changed meanwhile; undo once more.")
        keeps = change.kind == "switched" or (
            change.kind == "replaced" and histories.has_runs(state, change.after)
        )
        histories.take_back(state, change, keeps=keeps)
    return Change(step, "switched", change.after, change.before)


def _last(histories: Histories, step: str) -> tuple[StepState, StoredChange]:
    state = histories.state(step)
    change = histories.last_change(state) if state is not None else None
    if state is None or change is None:
        raise CannotUndoError(
            f"There is nothing to undo for {step}; make one of its versions current instead."
        )
    if not can_return(histories, state, change):
        raise CannotUndoError(
            f"{step} has been changed since by a program that leaves nothing to undo; make one of "
            "its versions current instead."
        )
    return state, change


def can_return(histories: Histories, state: StepState, change: StoredChange) -> bool:
    """Whether the step is as `change` left it, so that taking it back loses nobody's text."""
    if state.current != change.after:
        return False
    if change.pushed_out is not None and not histories.is_aside(state, change.pushed_out):
        return False
    return change.before in state.kept or change.before == change.pushed_out
