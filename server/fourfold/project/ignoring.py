"""What git ignores in a folder. Git itself may be missing."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from fourfold.project.git_files import exclude_files, read_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pathspec import GitIgnoreSpec

GIT_IGNORE = ".gitignore"

_SLOW = re.compile(r"(\*[^/]*){5}")
"""A pattern with this many stars in one name takes seconds for a name made to match it badly."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """Rules for paths below the workspace folder, of which they see what follows the first `cut`
    characters, with `before` in front."""

    spec: GitIgnoreSpec
    cut: int = 0
    before: str = ""

    def say(self, path: str) -> bool | None:
        """Whether they ignore a path; None where they say nothing of it."""
        return self.spec.check_file(self.before + path[self.cut :]).include


class GitIgnore:
    """The rules for a workspace `folder` (resolved): those in it, those of its repository above it,
    and those that its user has for all repositories.

    Each file is read once, so an object answers as things were when they were first asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, list[_Rules]] = {}

    def ignores(self, path: str, *, folder: bool) -> bool:
        """Whether a path below the workspace folder, with forward slashes, is ignored, given that
        no folder above it is."""
        name = f"{path}/" if folder else path
        for rules in self._rules_for(path.rpartition("/")[0]):
            if (said := rules.say(name)) is not None:
                return said
        return False

    def _rules_for(self, folder: str) -> list[_Rules]:
        """The rules for what is in a folder, those that decide first at the front."""
        if folder not in self._known:
            place = os.path.join(self._folder, folder)  # noqa: PTH118  for each folder
            cut = len(folder) + 1 if folder else 0
            spec = _of_folder(place)
            own = [] if spec is None else [_Rules(spec, cut)]
            if not folder:
                above = self._rules_above()
            elif os.path.lexists(f"{place}/.git"):  # a repository of its own, such as a submodule
                above = [_Rules(spec, cut) for spec in _of_repository(self._folder / folder)]
            else:
                above = self._rules_for(folder.rpartition("/")[0])
            self._known[folder] = [*own, *above]
        return self._known[folder]

    def _rules_above(self) -> list[_Rules]:
        """The repository's other rules; none where they ignore the folder itself, since whoever
        opens it means it."""
        found = list(_outside(self._folder))
        ignored = any(
            rules.spec.check_file(part).include
            for rules in found
            for part in accumulate(f"{name}/" for name in rules.before.split("/")[:-1])
        )
        return [] if ignored else found


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


def _outside(folder: Path) -> Iterator[_Rules]:
    top = repository_of(folder)
    if top is None:
        return

    def seen_from(base: Path) -> str:
        return "".join(f"{name}/" for name in folder.relative_to(base).parts)

    for base in folder.parents:
        if base.is_relative_to(top) and (spec := _of_folder(str(base))) is not None:
            yield _Rules(spec, before=seen_from(base))
    for spec in _of_repository(top):
        yield _Rules(spec, before=seen_from(top))


def _of_folder(folder: str) -> GitIgnoreSpec | None:
    """The rules of a .gitignore, which git does not read through a link."""
    return _rules(read_small(f"{folder}/{GIT_IGNORE}", links=False))


def _of_repository(top: Path) -> list[GitIgnoreSpec]:
    read = (_rules(read_small(path)) for path in exclude_files(top))
    return [spec for spec in read if spec is not None]


def _rules(text: str | None) -> GitIgnoreSpec | None:
    lines = (text or "").splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return None  # which is found out without the library
    return make_rules(lines)
