"""What the .gitignore files of a repository leave out. Git itself may be missing."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pathspec import GitIgnoreSpec

GIT_IGNORE = ".gitignore"
MOST_BYTES = 100_000
"""A larger .gitignore is no list that a person wrote, and would slow down every look at a file."""

_SLOW = re.compile(r"(\*[^/]*){5}")
"""A pattern with this many stars in one name takes seconds for a name made to match it badly."""


class GitIgnore:
    """The rules for a workspace `folder` (resolved): those in it, and in its repository above it.

    Each file is read once, so an object answers as things were when they were first asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, list[tuple[int, GitIgnoreSpec]]] = {}
        self._above: list[tuple[str, GitIgnoreSpec]] | None = None

    def ignores(self, path: str, *, folder: bool) -> bool:
        """Whether a path below the workspace folder, with forward slashes, is ignored, given that
        no folder above it is."""
        name = f"{path}/" if folder else path
        for start, rules in self._rules_for(path.rpartition("/")[0]):
            ignored = rules.check_file(name[start:]).include
            if ignored is not None:
                return ignored
        for prefix, rules in self._rules_above():
            ignored = rules.check_file(prefix + name).include
            if ignored is not None:
                return ignored
        return False

    def _rules_for(self, folder: str) -> list[tuple[int, GitIgnoreSpec]]:
        """The rules for what is in a folder, the nearest first, each with where in the paths of
        those files the part begins that the rules see."""
        if folder not in self._known:
            above = self._rules_for(folder.rpartition("/")[0]) if folder else []
            rules = _read(self._folder / folder / GIT_IGNORE)
            own = [] if rules is None else [(len(folder) + 1 if folder else 0, rules)]
            self._known[folder] = [*own, *above]
        return self._known[folder]

    def _rules_above(self) -> list[tuple[str, GitIgnoreSpec]]:
        """The repository's other rules, the nearest first, each with the folder's path as they see
        it; none where they ignore the folder itself, since whoever opens it means it."""
        if self._above is None:
            found = list(_outside(self._folder))
            ignored = any(
                rules.check_file(part).include
                for prefix, rules in found
                for part in accumulate(f"{name}/" for name in prefix.split("/")[:-1])
            )
            self._above = [] if ignored else found
        return self._above


def repository_of(folder: Path) -> Path | None:
    """The top folder of the git repository that a folder is in."""
    return next((top for top in (folder, *folder.parents) if (top / ".git").exists()), None)


def make_rules(lines: Iterable[str]) -> GitIgnoreSpec | None:
    """The rules in lines of a .gitignore; those that cannot be read, or are slow, are passed over.
    None where there are none."""
    from pathspec import GitIgnoreSpec

    good = []
    for line in lines:
        if not line.strip() or line.startswith("#") or _SLOW.search(line.replace("**", "")):
            continue
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        good.append(line)
    return GitIgnoreSpec.from_lines(good) if good else None


def _outside(folder: Path) -> Iterable[tuple[str, GitIgnoreSpec]]:
    top = repository_of(folder)
    if top is None:
        return
    between = [one for one in folder.parents if one.is_relative_to(top)]
    files = [(one, one / GIT_IGNORE) for one in between]
    for base, path in [*files, (top, top / ".git" / "info" / "exclude")]:
        if (rules := _read(path)) is not None:
            yield "".join(f"{name}/" for name in folder.relative_to(base).parts), rules


def _read(path: Path) -> GitIgnoreSpec | None:
    try:
        if path.is_symlink():  # as git does not follow it either
            return None
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    lines = [] if len(data) > MOST_BYTES else data.decode("utf-8", "replace").splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return None  # which is found out without the library
    return make_rules(lines)
