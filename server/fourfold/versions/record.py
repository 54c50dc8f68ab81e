"""The one way in which a prompt's text becomes part of its history, whoever changed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.store.facts import NewVersion, StoredChange
from fourfold.store.records import NAME_LENGTH, PIN_CAP, Cause, unknown_version
from fourfold.store.sqlite import changes
from fourfold.store.sqlite import versions as rows
from fourfold.text.differences import changed_lines
from fourfold.text.same import content_hash, count_words
from fourfold.versions.change import Change
from fourfold.versions.first_change import first_change
from fourfold.versions.prompt_files import check_prompt

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from fourfold.store.facts import StepState
    from fourfold.store.records import StepHistory
    from fourfold.store.sqlite.store import Store

VersionOnSave = Literal["always", "afterRun", "never"]


class SavedText(NamedTuple):
    """A step's text as somebody saved it, `path` that of its file below the folder.

    `automatic` is a save that the user did not ask for (autosave): it adds nothing by itself.
    """

    step: str
    path: str
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


def record_and_read(store: Store, saved: SavedText, mode: VersionOnSave) -> StepHistory:
    """`record`, and the history as it is with that, before anybody else can change it."""
    text = _checked(saved)
    with store.transaction() as connection:
        _record(connection, saved, text, mode)
        return cast("StepHistory", rows.history(connection, saved.step))


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
    return check_prompt(data, saved.path.rpartition("/")[2])


def _record(
    connection: sqlite3.Connection, saved: SavedText, text: str, mode: VersionOnSave
) -> Change:
    step, hash_ = saved.step, content_hash(text)
    external = saved.cause == "external"
    state = rows.step_state(connection, step)
    if state is None:
        if external and not text:  # somebody is about to write it
            return Change(step, "none", None, None)
        step_id = rows.add_step(connection, step, saved.path)
        rows.add_version(connection, step_id, _version(1, text, hash_, "seed"))
        return Change(step, "seeded", None, 1)
    if state.path != saved.path:
        rows.set_path(connection, state.id, saved.path)
    unchanged = Change(step, "none", state.current, state.current)
    if (kept := state.holding(hash_)) is not None and (text or not external):
        asked_for = not external and not saved.automatic
        if asked_for and state.kept[kept].cause == "external":
            # It was seen on disk before the one who saved it could say so.
            rows.set_cause(connection, state.id, kept, saved.cause)
        return _use(connection, state, step, kept)
    if saved.automatic or (external and not text):
        rows.set_unversioned(connection, state.id, hash_)
        return unchanged
    if external and state.unversioned == hash_:
        return unchanged
    if saved.cause != "command":
        if mode == "never":
            return unchanged
        if mode == "afterRun" and _can_be_replaced(connection, state, saved.cause):
            return _add(connection, state, saved, text, hash_, replaced=state.current)
    return _add(connection, state, saved, text, hash_)


def _use(connection: sqlite3.Connection, state: StepState, step: str, number: int) -> Change:
    """Makes a kept version current."""
    if number == state.current:
        if state.unversioned is not None:
            rows.set_unversioned(connection, state.id, None)
        return Change(step, "none", number, number)
    rows.set_current(connection, state.id, number)
    changes.remember(connection, state.id, StoredChange("switched", state.current, number))
    return Change(step, "switched", state.current, number)


def _can_be_replaced(connection: sqlite3.Connection, state: StepState, cause: Cause) -> bool:
    current = state.kept[state.current]
    return (
        (current.cause == "external") == (cause == "external")
        and not current.pinned
        and not rows.has_runs(connection, state.id, state.current)
    )


def _add(
    connection: sqlite3.Connection,
    state: StepState,
    saved: SavedText,
    text: str,
    hash_: str,
    replaced: int | None = None,
) -> Change:
    number = state.last_number + 1
    parent_text = rows.text_of(connection, state.id, state.current)
    version = _version(number, text, hash_, saved.cause, state.current, parent_text)
    others = [other for other in state.kept if other != replaced]
    if replaced is not None:
        rows.clear_pushed_out(connection, state.id)
        if others:  # first, so that the new one pushes none of them out
            rows.set_current(connection, state.id, others[0])
            rows.remove_version(connection, state.id, replaced)
    rows.add_version(connection, state.id, version)
    if replaced is not None and not others:
        rows.remove_version(connection, state.id, replaced)
    kind: Literal["replaced", "added"] = "replaced" if replaced is not None else "added"
    gone = rows.pushed_out(connection, state.id, state.kept)
    change = StoredChange(kind, state.current, number, gone.number if gone else None)
    changes.remember(connection, state.id, change)
    return Change(saved.step, kind, state.current, number, gone)


def switch(store: Store, step: str, number: int) -> Change:
    """Makes a kept version current; InvalidArgumentError where it is not kept."""
    with store.transaction() as connection:
        return _use(connection, _state_with(connection, step, number), step, number)


def pin(store: Store, step: str, number: int, pinned: bool) -> None:
    """Keeps a version from being pushed out, or lets it go again; InvalidArgumentError where it is
    not kept, or where PIN_CAP others are pinned."""
    with store.transaction() as connection:
        state = _state_with(connection, step, number)
        others = [n for n, kept in state.kept.items() if kept.pinned and n != number]
        if pinned and len(others) >= PIN_CAP:
            raise InvalidArgumentError(
                "version",
                f"version: at most {PIN_CAP} versions of {step} can be pinned; unpin "
                f"{_labels(others, ' or ')} first.",
            )
        rows.set_pinned(connection, state.id, number, pinned)


def name(store: Store, step: str, number: int, text: str | None) -> None:
    """Gives a version a name, or takes it away; InvalidArgumentError where the version is not kept
    or the name is too long."""
    said = " ".join((text or "").split())
    if len(said) > NAME_LENGTH:
        raise InvalidArgumentError(
            "name", f"name: a version's name has at most {NAME_LENGTH} characters."
        )
    with store.transaction() as connection:
        state = _state_with(connection, step, number)
        rows.set_name(connection, state.id, number, said or None)


def _state_with(connection: sqlite3.Connection, step: str, number: int) -> StepState:
    state = rows.step_state(connection, step)
    if state is None or number not in state.kept:
        raise unknown_version(step, number, _labels(state.kept, ", ") if state else "")
    return state


def _labels(numbers: Iterable[int], separator: str) -> str:
    return separator.join(f"v{number}" for number in sorted(numbers))


def _version(
    number: int,
    text: str,
    hash_: str,
    cause: Cause,
    parent: int | None = None,
    parent_text: str = "",
) -> NewVersion:
    places = changed_lines(parent_text, text)
    removed = sum(len(gone) for gone, _ in places)
    added = sum(len(come) for _, come in places)
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    change = first_change(places) if parent is not None else None
    words = count_words(text)
    return NewVersion(number, text, hash_, created, cause, words, added, removed, parent, change)
