"""Finding prompt files, and taking in what changed on disk while nobody was looking."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.text.same import content_hash
from fourfold.versions.prompt_files import UnreadablePromptError
from fourfold.versions.reader import PATIENCE_SECONDS, UnsettledPromptError, read_settled
from fourfold.versions.record import SavedText, VersionOnSave, record_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from fourfold.store.facts import Holder, KnownTexts
    from fourfold.store.ports.versions import VersionStore
    from fourfold.versions.change import Change
    from fourfold.versions.reader import Sight


MANY = 32
"""A text that more steps than this have does not tell which of them was renamed."""


@dataclass(slots=True)
class Taken:
    """What looking at files on disk came to: changes, renames (old, new), and by their steps why
    files can't be read, or not yet, since somebody is writing to them, and how they looked."""

    changes: list[Change] = field(default_factory=list)
    renames: list[tuple[str, str]] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    sights: dict[str, Sight] = field(default_factory=dict)


def take_in(
    store: VersionStore,
    folder: Path,
    files: Sequence[tuple[str, str]],
    exists: Callable[[str], bool],
    mode: VersionOnSave,
    *,
    patience: float = PATIENCE_SECONDS,
    sights: Mapping[str, Sight] | None = None,
) -> Taken:
    """Records the texts of `files`, each (step, path below the folder), as somebody else's changes.

    A file of an unknown step that holds a text of a step whose file is gone takes over that step's
    history: it was renamed, or came back. `exists` says whether a step has a file. A file that
    somebody is writing to is waited for, `patience` seconds for all of them, and then `unfinished`;
    `sights` are those of the time before.
    """
    taken = Taken()
    known = store.text_hashes([step for step, _ in files])
    give_up = time.monotonic() + patience
    read: list[tuple[str, str, str, str]] = []
    for step, path in files:
        left = max(0.0, give_up - time.monotonic())
        try:
            text = read_settled(
                folder / path,
                folder,
                _is_known(known.get(step)),
                patience=left,
                sight=(sights or {}).get(step),
            )
        except FileNotFoundError:
            continue
        except UnsettledPromptError as error:
            taken.unfinished[step] = str(error)
            if error.sight is not None:
                taken.sights[step] = error.sight
            continue
        except UnreadablePromptError as error:
            taken.unreadable[step] = str(error)
            continue
        read.append((step, path, text, content_hash(text)))
    unknown = {hash_ for step, _, text, hash_ in read if text and step not in known}
    holding = store.steps_holding(unknown, MANY + 1) if unknown else {}
    texts: list[SavedText] = []
    renamed: set[str] = set()
    for step, path, text, hash_ in read:
        if step in known:
            on_disk = known[step].unversioned or known[step].current
            if (path, hash_) == (known[step].path, on_disk):
                continue
        elif text:
            candidates = [one for one in holding.get(hash_, []) if one.step not in renamed]
            old = _gone(candidates, step, exists)
            if old is not None and rename(store, old, step, path):
                taken.renames.append((old, step))
                renamed.add(old)
        texts.append(SavedText(step, path, text, "external"))
    taken.changes = record_all(store, texts, mode) if texts else []
    return taken


def _is_known(kept: KnownTexts | None) -> Callable[[str], bool]:
    """Whether recording a text would change nothing but which version is current."""
    hashes = {*kept.all, kept.unversioned} if kept is not None else set()
    return lambda text: content_hash(text) in hashes


def take_over(
    store: VersionStore, step: str, path: str, text: str, exists: Callable[[str], bool]
) -> str | None:
    """Gives an unknown step the history of the one that was renamed, or came back, as `take_in`
    does; the name it had, None where there is none."""
    hash_ = content_hash(text)
    holding = store.steps_holding({hash_}, MANY + 1).get(hash_, []) if text else []
    old = _gone(holding, step, exists)
    return old if old is not None and rename(store, old, step, path) else None


def rename(store: VersionStore, old: str, new: str, path: str) -> bool:
    """Gives the history of step `old` the name `new`; False where there is none, or where `new`
    has a history of its own, which is kept."""
    with store.changing() as histories:
        if histories.state(old) is None or (old != new and histories.state(new) is not None):
            return False
        histories.rename(old, new, path)
        return True


def _gone(candidates: list[Holder], step: str, exists: Callable[[str], bool]) -> str | None:
    """The one of the steps whose file is gone, first of those whose file had the text last; of
    several, the one with the same file name."""
    for past in (False, True):
        holders = [one.step for one in candidates if one.past == past]
        if len(holders) > MANY:
            return None
        gone = [old for old in holders if not exists(old)]
        same_name = [old for old in gone if old.rpartition("/")[2] == step.rpartition("/")[2]]
        if gone:
            found = gone if len(gone) == 1 else same_name
            return found[0] if len(found) == 1 else None
    return None
