"""The one way in which a prompt's text becomes part of its history, whoever changed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.store import versions as rows
from fourfold.store.records import VERSION_CAP, Cause
from fourfold.store.versions import VersionRow
from fourfold.text import content_hash, count_words
from fourfold.text_diff import line_changes
from fourfold.versions.change import Change
from fourfold.versions.files import check_prompt

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fourfold.store.store import Store
    from fourfold.store.versions import StepState

VersionOnSave = Literal["always", "afterRun", "never"]


class SavedText(NamedTuple):
    """A step's text as somebody saved it, `suffix` that of its file.

    `automatic` is a save that the user did not ask for (autosave): it adds nothing by itself.
    """

    step: str
    suffix: str
    text: str
    cause: Cause
    automatic: bool = False


def record(store: Store, saved: SavedText, mode: VersionOnSave = "always") -> Change:
    """Takes a saved text into the step's history, by the rules of protocol.md, and says what that
    did. Calling it twice with the same text does nothing the second time.

    Raises StoreError where it could not be kept, FourfoldError where the text can be no prompt.
    """
    text = _checked(saved)
    with store.transaction() as connection:
        return _record(connection, saved, text, mode)


def record_all(
    store: Store, saved: Iterable[SavedText], mode: VersionOnSave = "always"
) -> list[Change]:
    """`record` for many steps, in one transaction."""
    texts = [(one, _checked(one)) for one in saved]
    with store.transaction() as connection:
        return [_record(connection, one, text, mode) for one, text in texts]


def _checked(saved: SavedText) -> str:
    try:
        data = saved.text.encode()
    except UnicodeEncodeError as error:
        raise FourfoldError(
            f"The prompt holds half a character at position {error.start}, which no file can hold; "
            "delete it and save again."
        ) from error
    return check_prompt(data, saved.step.rpartition("/")[2] + saved.suffix)


def _record(
    connection: sqlite3.Connection, saved: SavedText, text: str, mode: VersionOnSave
) -> Change:
    step, hash_ = saved.step, content_hash(text)
    state = rows.step_state(connection, step)
    if state is None:
        step_id = rows.add_step(connection, step, saved.suffix)
        rows.add_version(connection, step_id, _version(1, text, hash_, "seed", None))
        return Change(step, "seeded", None, 1)
    if state.suffix != saved.suffix:
        rows.set_suffix(connection, state.id, saved.suffix)
    if state.hashes[state.current] == hash_:
        if state.unversioned is not None:
            rows.set_unversioned(connection, state.id, None)
        return Change(step, "none", state.current, state.current)
    if saved.automatic:
        rows.set_unversioned(connection, state.id, hash_)
        return Change(step, "none", state.current, state.current)
    if saved.cause == "external" and state.unversioned == hash_:
        return Change(step, "none", state.current, state.current)
    if (kept := state.holding(hash_)) is not None:
        rows.set_current(connection, state.id, kept)
        return Change(step, "switched", state.current, kept)
    if saved.cause not in ("command", "restore"):
        if mode == "never":
            return Change(step, "none", state.current, state.current)
        if mode == "afterRun" and not rows.has_runs(connection, state.id, state.current):
            return _replace(connection, state, saved, text, hash_)
    return _add(connection, state, saved, text, hash_)


def _add(
    connection: sqlite3.Connection, state: StepState, saved: SavedText, text: str, hash_: str
) -> Change:
    number = state.last_number + 1
    newest = rows.text_of(connection, state.id, max(state.hashes))
    version = _version(number, text, hash_, saved.cause, newest)
    pushed_out = None
    if len(state.hashes) >= VERSION_CAP:
        pushed_out = rows.copy_out(connection, state.id, min(state.hashes))
    rows.add_version(connection, state.id, version)
    return Change(saved.step, "added", state.current, number, pushed_out, hash_)


def _replace(
    connection: sqlite3.Connection, state: StepState, saved: SavedText, text: str, hash_: str
) -> Change:
    current = state.current
    earlier = max((number for number in state.hashes if number < current), default=None)
    before = None if earlier is None else rows.text_of(connection, state.id, earlier)
    version = _version(current, text, hash_, saved.cause, before)
    replaced = rows.copy_out(connection, state.id, current)
    rows.replace_version(connection, state.id, version)
    return Change(saved.step, "replaced", current, current, replaced, hash_)


def switch(store: Store, step: str, number: int) -> Change:
    """Makes a kept version current; InvalidArgumentError where it is not kept."""
    with store.transaction() as connection:
        state = rows.step_state(connection, step)
        if state is None or number not in state.hashes:
            kept = sorted(state.hashes) if state else []
            raise unknown_version(step, number, kept)
        kind: Literal["none", "switched"] = "none" if number == state.current else "switched"
        rows.set_current(connection, state.id, number)
        return Change(step, kind, state.current, number)


def unknown_version(step: str, number: int, kept: list[int]) -> InvalidArgumentError:
    labels = ", ".join(f"v{n}" for n in kept) or "none yet"
    return InvalidArgumentError("version", f"version: {step} has no v{number}; kept are {labels}.")


def _version(number: int, text: str, hash_: str, cause: Cause, before: str | None) -> VersionRow:
    added, removed = line_changes(before or "", text)
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    return VersionRow(number, text, hash_, created, cause, count_words(text), added, removed)
