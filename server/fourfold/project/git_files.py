"""Where git keeps what it ignores besides .gitignore files. Git itself may be missing, and what a
repository says of itself is not trusted."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 100_000
"""A larger file is no list that a person wrote, and would slow down every look at a file."""

_SECTION = re.compile(r"^\s*\[\s*([^\]\s]+)")
_EXCLUDES = re.compile(r"^\s*excludesfile\s*=\s*(.*?)\s*$", re.IGNORECASE)


def exclude_files(top: Path) -> Iterator[Path]:
    """What git reads for the repository with this top folder, what decides first at the front: the
    list that it keeps itself, then the one that its user has for all repositories. They may not
    be there."""
    if (own := _common_folder(top / ".git")) is not None:
        yield own / "info" / "exclude"
    yield _for_all()


def read_small(path: Path | str, *, links: bool = True) -> str | None:
    """The text of a small file; None of anything else, such as a pipe, where reading would wait.
    Without `links` a link is nothing either."""
    try:
        if not stat.S_ISREG(os.stat(path, follow_symlinks=links).st_mode):  # noqa: PTH116
            return None
        with open(path, "rb") as file:  # noqa: PTH123  for each folder of a workspace
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return None
    return None if len(data) > MOST_BYTES else data.decode("utf-8", "replace")


def _common_folder(git: Path) -> Path | None:
    """The folder that `.git` is, or stands for in a submodule; of a worktree the one that it has in
    common with the others."""
    if git.is_dir():
        return git
    said = read_small(git) or ""
    if not said.startswith("gitdir:"):
        return None
    folder = _led_to(git.parent, said.removeprefix("gitdir:"))
    common = folder and read_small(folder / "commondir")
    return _led_to(folder, common) if folder and common else folder


def _led_to(base: Path, said: str) -> Path | None:
    said = said.strip()
    if PureWindowsPath(said).drive.startswith("\\\\"):
        return None  # not even looked at: on Windows that calls another machine
    return base / said


def _for_all() -> Path:
    """The user's list for all repositories, as core.excludesFile says or git has it else."""
    home = Path.home()
    base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git"
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    found = base / "ignore"
    for file in [Path(named)] if named else [base / "config", home / ".gitconfig"]:
        section = ""
        for line in (read_small(file) or "").splitlines():
            if begun := _SECTION.match(line):
                section = begun[1].lower()
                line = line.partition("]")[2]  # noqa: PLW2901  a key may stand on the same line
            if section == "core" and (said := _EXCLUDES.match(line)):
                found = home / Path(said[1].strip('"')).expanduser()
    return found
