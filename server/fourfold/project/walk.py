"""One look through a workspace folder for its prompts, and for what only looks like one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.project.ignoring import make_rules
from fourfold.project.places import HIDDEN, LINKED
from fourfold.prompts.formats import ABOUT_OTHERS, format_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.project.places import Places


@dataclass(slots=True)
class Found:
    """What a workspace folder holds, as paths below it with forward slashes.

    `left_out` are files and folders (these with a slash at their end), each with the reason why
    there is no prompt. `folders` are those where prompts are or may soon be: which are worth
    watching. `missing` are entries of the setting folders that stand for no folder.
    """

    prompts: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    folders: set[str] = field(default_factory=lambda: {""})
    missing: list[str] = field(default_factory=list)


def walk(places: Places) -> Found:
    """Looks at every folder that may hold prompts, and follows no link but those of folders that
    the settings name and that stay inside the workspace folder."""
    found = Found()
    pending = ["", *_linked_folders(places, found)]
    everything = "." in places.literal  # where folders of packages and builds are no surprise
    unmatched = {one: make_rules([f"/{one}/"]) for one in places.patterns}
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(places.folder / folder) as entries:
                inner = sorted(entries, key=lambda entry: entry.name, reverse=True)
        except OSError:
            continue
        named = places.is_below_folders(f"{folder}/x" if folder else "x")
        for pattern, rules in [*unmatched.items()]:
            if folder and rules is not None and rules.match_file(f"{folder}/"):
                del unmatched[pattern]
        if (named and not inner) or any(_leads_to(folder, one) for one in places.patterns):
            found.folders.add(folder)
        for entry in inner:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                reason = places.why_not_entered(path)
                if reason is None:
                    pending.append(path)
                elif path in places.literal or (named and reason != HIDDEN and not everything):
                    found.left_out.append((f"{path}/", reason))
            elif entry.is_symlink() and _is_folder(entry):
                if named and not everything and path not in places.literal:
                    found.left_out.append((f"{path}/", LINKED))
            else:
                _look_at(places, found, path, entry, named=named)
    found.prompts.sort()
    found.left_out.sort()
    found.missing = [
        *(one for one in places.literal if not (places.folder / one).is_dir()),
        *unmatched,
    ]
    found.folders |= set(_ways(places, found))
    return found


def _look_at(
    places: Places, found: Found, path: str, entry: os.DirEntry[str], *, named: bool
) -> None:
    kind = format_of(path)
    if kind is None or (kind.below_folders and not named) or not entry.is_file():
        return
    reason = places.why_left_out(path)
    if reason is None:
        found.prompts.append(path)
    elif reason != ABOUT_OTHERS:  # of which everybody knows
        found.left_out.append((path, reason))


def _is_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # it leads to itself
        return False


def _linked_folders(places: Places, found: Found) -> Iterator[str]:
    for one in places.literal:
        path = places.folder / one
        real = Path(os.path.realpath(path))
        if real == path or not path.is_dir():
            continue
        if real.is_relative_to(places.folder):
            yield one
        else:
            found.left_out.append((f"{one}/", LINKED))


def _leads_to(folder: str, pattern: str) -> bool:
    """Whether a folder is one that the pattern stands for, or on the way to some."""
    parts, wanted = folder.split("/"), pattern.split("/")
    return len(parts) <= len(wanted) and all(
        "**" not in one and fnmatchcase(part, one) for part, one in zip(parts, wanted, strict=False)
    )


def _ways(places: Places, found: Found) -> Iterator[str]:
    """The folders of prompts and all above them, and as much as is there of the way to folders
    that the settings name."""
    holding = [path.rpartition("/")[0] for path in found.prompts]
    for folder in {*holding, *found.folders, *(f"{one}/" for one in places.literal if one != ".")}:
        there = folder.rstrip("/")
        is_named = folder.endswith("/")
        while there:
            if not is_named or (places.folder / there).is_dir():
                yield there
            there = there.rpartition("/")[0]
