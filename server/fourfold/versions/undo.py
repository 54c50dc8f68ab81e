"""Taking back the last changes of a step's versions, as far as this session made them."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.store import versions as rows
from fourfold.versions.change import Change
from fourfold.versions.record import SavedText, record

if TYPE_CHECKING:
    import sqlite3

    from fourfold.store.store import Store
    from fourfold.store.versions import StepState

DEPTH = 50
"""How many changes of a step can be taken back; each holds at most one version with its runs."""


class UndoHistory:
    """The changes of this session that can be taken back, per step."""

    def __init__(self) -> None:
        self._changes: defaultdict[str, deque[Change]] = defaultdict(lambda: deque(maxlen=DEPTH))

    def remember(self, change: Change) -> None:
        if change.undoable:
            self._changes[change.step].append(change)

    def rename(self, old: str, new: str) -> None:
        if old in self._changes:
            moved = (replace(change, step=new) for change in self._changes.pop(old))
            self._changes[new] = deque(moved, maxlen=DEPTH)

    def last(self, step: str) -> Change:
        """The change of `step` that can be taken back next; FourfoldError where there is none."""
        if not self._changes[step]:
            raise FourfoldError(
                f"There is nothing to undo for {step} in this session; "
                "make one of its versions current instead."
            )
        return self._changes[step][-1]

    def undo(self, store: Store, step: str) -> Change:
        """Takes the last change of `step` back, with the version that it pushed out and its runs.

        Raises FourfoldError where there is none, or where somebody else has changed the step since.
        """
        undone = _take_back(store, self.last(step))
        self._changes[step].pop()
        return undone


def text_before(store: Store, change: Change) -> str:
    """The text that the prompt has once `change` is taken back; FourfoldError where it is gone."""
    history = store.history(change.step)
    for version in history.versions if history else ():
        if version.number == change.before and change.kind != "replaced":
            return version.text
    if change.removed is None:
        raise _changed_elsewhere(change.step)
    return change.removed.text


def _changed_elsewhere(step: str) -> FourfoldError:
    return FourfoldError(
        f"{step} has been changed elsewhere since, so nothing was undone; "
        "make one of its versions current instead."
    )


def _take_back(store: Store, change: Change) -> Change:
    with store.transaction() as connection:
        state = rows.step_state(connection, change.step)
        if state is None or change.before is None or not _can_return(state, change, change.before):
            raise _changed_elsewhere(change.step)
        run_since = change.kind == "replaced" and rows.has_runs(connection, state.id, change.after)
        if not run_since:
            return _return_to(connection, state, change, change.before)
    # The text that replaced it has responses by now: both are worth keeping.
    text = change.removed.text if change.removed else ""
    return record(store, SavedText(change.step, state.suffix, text, "restore"))


def _can_return(state: StepState, change: Change, before: int) -> bool:
    """Whether the step is as `change` left it, so that taking it back loses nobody's text."""
    if state.current != change.after:
        return False
    if change.kind == "switched":
        return before in state.hashes
    if state.hashes[change.after] != change.hash:
        return False
    removed = change.removed
    if removed is not None and state.holding(removed.hash) is not None:
        return False
    if change.kind == "added" and max(state.hashes) != change.after:
        return False
    return before in state.hashes or (removed is not None and removed.number == before)


def _return_to(
    connection: sqlite3.Connection, state: StepState, change: Change, before: int
) -> Change:
    if change.kind == "added":
        # The current version cannot be deleted, and the one to return to may not be back yet.
        rows.set_current(connection, state.id, min(state.hashes))
        rows.remove_version(connection, state.id, change.after)
        if change.removed is not None:
            rows.put_back(connection, state.id, change.removed)
    elif change.removed is not None:
        rows.return_text(connection, state.id, change.removed)
    rows.set_current(connection, state.id, before)
    return Change(change.step, "switched", change.after, before)
