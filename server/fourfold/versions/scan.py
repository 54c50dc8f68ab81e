"""Finding prompt files, and taking in what changed on disk while nobody was looking."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.store import versions as rows
from fourfold.text import content_hash
from fourfold.versions.files import UnreadablePromptError, read_prompt
from fourfold.versions.record import SavedText, VersionOnSave, record_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fourfold.store.store import Store
    from fourfold.versions.change import Change


WRITING_SECONDS = 0.1
EMPTIED_SECONDS = 1.0
EMPTYING_SECONDS = 0.05
"""How long a file, and one without any text, is left alone after it was written; how long it takes
a file to be emptied."""

MANY = 32
"""A text that more steps than this have does not tell which of them was renamed."""


@dataclass(slots=True)
class Taken:
    """What looking at files on disk came to: changes, renames (old, new), unreadable files, and
    the steps whose files may be half written."""

    changes: list[Change] = field(default_factory=list)
    renames: list[tuple[str, str]] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)


def take_in(
    store: Store,
    folder: Path,
    files: Sequence[tuple[str, str, Path]],
    exists: Callable[[str], bool],
    mode: VersionOnSave,
    *,
    patient: bool = False,
) -> Taken:
    """Records the texts of `files`, each (step, suffix, path), as somebody else's changes.

    A file of an unknown step that holds the current text of a step whose file is gone takes over
    that step's history: it was renamed. `exists` says whether a step has a file. With `patient`
    a new text that was written a moment ago is left for later, as `unfinished`.
    """
    taken = Taken()
    known = store.text_hashes([step for step, _, _ in files])
    read: list[tuple[str, str, Path, str, str]] = []
    for step, suffix, path in files:
        try:
            text = read_prompt(path, folder)
        except FileNotFoundError:
            continue
        except UnreadablePromptError as error:
            taken.unreadable[step] = str(error)
            continue
        read.append((step, suffix, path, text, content_hash(text)))
    unknown = {hash_ for step, _, _, text, hash_ in read if text and step not in known}
    holding = store.steps_holding(unknown, MANY + 1) if unknown else {}
    texts: list[SavedText] = []
    renamed: set[str] = set()
    for step, suffix, path, text, hash_ in read:
        if step in known:
            current, unversioned = known[step]
            if hash_ == (unversioned or current):
                continue
            if patient and _may_be_half_written(path, text):
                taken.unfinished.add(step)
                continue
        elif text:
            candidates = [old for old in holding.get(hash_, []) if old not in renamed]
            old = _gone(candidates, step, exists)
            if old is not None and rename(store, old, step, suffix):
                taken.renames.append((old, step))
                renamed.add(old)
                continue
        texts.append(SavedText(step, suffix, text, "external"))
    taken.changes = record_all(store, texts, mode) if texts else []
    return taken


def _may_be_half_written(path: Path, text: str) -> bool:
    """Whether somebody may be writing: most programs empty a file before they write to it."""
    if not text:
        # While a file is being emptied it can have its new size and its old time.
        time.sleep(EMPTYING_SECONDS)
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return True
    return 0 <= age < (WRITING_SECONDS if text else EMPTIED_SECONDS)


def rename(store: Store, old: str, new: str, suffix: str) -> bool:
    """Gives the history of step `old` the name `new`; False where there is none, or where `new`
    has a history of its own, which is kept."""
    with store.transaction() as connection:
        state = rows.step_state(connection, old)
        if state is None or (old != new and rows.step_state(connection, new) is not None):
            return False
        rows.rename_step(connection, old, new, suffix)
        return True


def _gone(candidates: list[str], step: str, exists: Callable[[str], bool]) -> str | None:
    """The one of the steps whose file is gone; of several, the one with the same file name."""
    if len(candidates) > MANY:
        return None
    gone = [old for old in candidates if not exists(old)]
    same_name = [old for old in gone if old.rpartition("/")[2] == step.rpartition("/")[2]]
    if len(gone) == 1:
        return gone[0]
    return same_name[0] if len(same_name) == 1 else None
