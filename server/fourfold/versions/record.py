"""The one way in which a prompt's text becomes part of its history, whoever changed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.store.facts import NewVersion
from fourfold.store.records import NAME_LENGTH, PIN_CAP, VERSION_CAP, Cause, unknown_version
from fourfold.text.differences import changed_lines
from fourfold.text.same import content_hash, count_words, normalize
from fourfold.versions.change import Change
from fourfold.versions.first_change import first_change
from fourfold.versions.prompt_files import check_bytes
from fourfold.versions.undo import can_return

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.store.facts import StepState, StoredChange
    from fourfold.store.ports.versions import Histories, VersionStore
    from fourfold.store.records import StepHistory

VersionOnSave = Literal["always", "afterRun", "never"]
Kept = Literal["added", "known", "left"]

JOINED_CHARACTERS = 200
"""A save that adds more than this to the one before it is no part of it."""


class SavedText(NamedTuple):
    """A step's text as somebody saved it, `path` that of its file below the folder.

    `automatic` is a save that the user did not ask for (autosave): it adds nothing by itself.
    `goes_on` is the hash of the text that was saved from the same buffer a moment before, where
    nobody knows whether the user has asked for the two.
    """

    step: str
    path: str
    text: str
    cause: Cause
    automatic: bool = False
    goes_on: str | None = None


class Recorded(NamedTuple):
    """What a text that was saved has changed, and the versions as they are with it."""

    change: Change
    history: StepHistory


def record(store: VersionStore, saved: SavedText, mode: VersionOnSave = "always") -> Change:
    """Takes a saved text into the step's history, by the rules of protocol.md, and says what that
    did. Calling it twice with the same text does nothing the second time.

    Raises StoreError where it could not be kept, FourfoldError where the text can be no prompt.
    """
    text = _checked(saved)
    with store.changing() as histories:
        return _record(histories, saved, text, mode)


def record_and_read(store: VersionStore, saved: SavedText, mode: VersionOnSave) -> Recorded:
    """`record`, and the history as it is with that, before anybody else can change it."""
    text = _checked(saved)
    with store.changing() as histories:
        change = _record(histories, saved, text, mode)
        return Recorded(change, cast("StepHistory", histories.history(saved.step)))


def record_all(
    store: VersionStore, saved: Iterable[SavedText], mode: VersionOnSave = "always"
) -> list[Change]:
    """`record` for many steps, in one transaction."""
    texts = [(one, _checked(one)) for one in saved]
    with store.changing() as histories:
        return [_record(histories, one, text, mode) for one, text in texts]


def keep_beside(store: VersionStore, saved: SavedText, name: str | None = None) -> Kept:
    """Takes in a text that somebody else has of a step, where there is room: no version goes for
    it, and the current one stays. A step that was never seen begins with it.

    Raises StoreError, and FourfoldError where the text can be no prompt.
    """
    text = _checked(saved)
    hash_ = content_hash(text)
    with store.changing() as histories:
        state = histories.state(saved.step)
        if state is not None and state.holding(hash_) is not None:
            return "known"
        if not text or (state is not None and len(state.kept) >= VERSION_CAP):
            return "left"
        if state is None:
            histories.begin(saved.step, saved.path, _version(text, hash_, "seed"))
        else:
            histories.add_beside(state, _version(text, hash_, "external", state))
        grown = histories.state(saved.step)
        if name and grown is not None:
            histories.name(grown, grown.last_number, name)
    return "added"


def _checked(saved: SavedText) -> str:
    try:
        data = saved.text.encode()
    except UnicodeEncodeError as error:
        raise FourfoldError(
            f"The prompt holds half a character at position {error.start}, which no file can hold; "
            "delete it and save again."
        ) from error
    check_bytes(data, saved.path.rpartition("/")[2])
    return normalize(saved.text)


def _record(histories: Histories, saved: SavedText, text: str, mode: VersionOnSave) -> Change:
    step, hash_ = saved.step, content_hash(text)
    external = saved.cause == "external"
    state = histories.state(step)
    if state is None:
        if external and not text:  # somebody is about to write it
            return Change(step, "none", None, None)
        histories.begin(step, saved.path, _version(text, hash_, "seed"))
        return Change(step, "seeded", None, 1)
    if state.path != saved.path:
        histories.move(state, saved.path)
    if (kept := state.holding(hash_)) is not None and (text or not external):
        asked_for = not external and not saved.automatic
        if asked_for and state.kept[kept].cause == "external":
            # It was seen on disk before the one who saved it could say so.
            histories.claim(state, kept, saved.cause)
        return _use(histories, state, step, kept)
    if saved.automatic or (external and not text):
        histories.leave_unversioned(state, hash_)
        return Change(step, "none", state.current, state.current)
    mode = "always" if saved.cause == "command" else mode
    if mode == "never" or (external and state.unversioned == hash_):
        return Change(step, "none", state.current, state.current)
    if mode == "always" and (last := _joined(histories, state, saved, text)) is not None:
        histories.take_back(state, last, keeps=False)
        state = cast("StepState", histories.state(step))
    version = _version(text, hash_, saved.cause, state)
    if mode == "afterRun" and _can_be_replaced(histories, state, saved.cause):
        return Change(step, "replaced", state.current, *histories.replace(state, version))
    return Change(step, "added", state.current, *histories.add(state, version))


def _use(histories: Histories, state: StepState, step: str, number: int) -> Change:
    """Makes a kept version current."""
    if number == state.current:
        if state.unversioned is not None:
            histories.leave_unversioned(state, None)
        return Change(step, "none", number, number)
    histories.switch(state, number)
    return Change(step, "switched", state.current, number)


def _can_be_replaced(histories: Histories, state: StepState, cause: Cause) -> bool:
    current = state.kept[state.current]
    return (
        (current.cause == "external") == (cause == "external")
        and not current.pinned
        and not histories.has_runs(state, state.current)
    )


def _joined(
    histories: Histories, state: StepState, saved: SavedText, text: str
) -> StoredChange | None:
    """The addition of the current version, if this save is one with it: it has all of that text,
    and a little more at one place, and nobody has done anything with that version yet."""
    current = state.kept[state.current]
    if saved.goes_on != current.hash or current.cause != saved.cause:
        return None
    if current.pinned or current.named or histories.has_runs(state, state.current):
        return None
    if not 0 < len(text) - len(state.text) <= JOINED_CHARACTERS:
        return None
    pairs = enumerate(zip(state.text, text, strict=False))
    same = next((n for n, (old, new) in pairs if old != new), len(state.text))
    if not text.endswith(state.text[same:]):
        return None
    last = histories.last_change(state)
    added = last is not None and last.kind == "added" and can_return(histories, state, last)
    return last if added else None


def switch(store: VersionStore, step: str, number: int) -> Change:
    """Makes a kept version current; InvalidArgumentError where it is not kept."""
    with store.changing() as histories:
        return _use(histories, _state_with(histories, step, number), step, number)


def claim(store: VersionStore, step: str, numbers: Iterable[int]) -> None:
    """Makes those of these versions the person's that other programs made: a command that goes on
    with them counts as a run, so that no other program's change pushes them out."""
    with store.changing() as histories:
        state = histories.state(step)
        for number in numbers:
            if state and number in state.kept and state.kept[number].cause == "external":
                histories.claim(state, number, "command")


def pin(store: VersionStore, step: str, number: int, pinned: bool) -> None:
    """Keeps a version from being pushed out, or lets it go again; InvalidArgumentError where it is
    not kept, or where PIN_CAP others are pinned."""
    with store.changing() as histories:
        state = _state_with(histories, step, number)
        others = [n for n, kept in state.kept.items() if kept.pinned and n != number]
        if pinned and len(others) >= PIN_CAP:
            raise InvalidArgumentError(
                "version",
                f"at most {PIN_CAP} versions of {step} can be pinned; unpin "
                f"{_labels(others, ' or ')} first.",
            )
        histories.pin(state, number, pinned)


def name(store: VersionStore, step: str, number: int, text: str | None) -> None:
    """Gives a version a name, or takes it away; InvalidArgumentError where the version is not kept
    or the name is too long."""
    said = " ".join((text or "").split())
    if len(said) > NAME_LENGTH:
        raise InvalidArgumentError(
            "name", f"a version's name has at most {NAME_LENGTH} characters."
        )
    with store.changing() as histories:
        state = _state_with(histories, step, number)
        histories.name(state, number, said or None)


def _state_with(histories: Histories, step: str, number: int) -> StepState:
    state = histories.state(step)
    if state is None or number not in state.kept:
        raise unknown_version(step, number, _labels(state.kept, ", ") if state else "")
    return state


def _labels(numbers: Iterable[int], separator: str) -> str:
    return separator.join(f"v{number}" for number in sorted(numbers))


def _version(text: str, hash_: str, cause: Cause, parent: StepState | None = None) -> NewVersion:
    places = changed_lines(parent.text if parent else "", text)
    words, added, removed = parent.words if parent else 0, 0, 0
    for gone, come in places:
        added += len(come)
        removed += len(gone)
        words += count_words("\n".join(come)) - count_words("\n".join(gone))
    change = first_change(places) if parent else None
    return NewVersion(text, hash_, datetime.now(UTC), cause, words, added, removed, change)
