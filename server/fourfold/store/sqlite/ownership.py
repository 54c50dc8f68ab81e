"""Which databases this user made: a repository can bring one along, and none of a stranger counts.

Each database holds a random token. The user's data folder, which no workspace reaches, says where
the database with that token lies.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.store.errors import ForeignDatabaseError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile("[0-9a-f]{32}")
_GIT_SECONDS = 5
_NOT_TRACKED = 1
"""What `git ls-files --error-unmatch` ends with; it is another code where git refuses to look."""


class OwnDatabases:
    """The databases of this user: a file for each, named by its token, that holds its path.

    `folder` defaults to `databases` in the user's data folder for `fourfold`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is None:
            import platformdirs

            folder = Path(platformdirs.user_data_dir("fourfold", appauthor=False), "databases")
        self.folder = folder

    def enter(self, database: Path) -> str:
        """A new token for the database that is about to be made; StoreError."""
        token = secrets.token_hex(16)
        self._write(token, database)
        return token

    def require(self, token: str | None, database: Path) -> None:
        """ForeignDatabaseError unless the database with this token was made here, or moved here
        with its folder."""
        known = self._read(token) if token and _TOKEN.fullmatch(token) else None
        if token is None or known is None:
            raise ForeignDatabaseError("was not made by you on this machine")
        if known == database:
            return
        if known.exists():
            raise ForeignDatabaseError(f"is a copy of {known}")
        self._write(token, database)

    def has(self, database: Path) -> bool:
        """Whether this user has made a database there, now or before."""
        try:
            tokens = [file.name for file in self.folder.iterdir()]
        except OSError:
            return False
        return any(self._read(token) == database for token in tokens)

    def _read(self, token: str) -> Path | None:
        try:
            return Path((self.folder / token).read_text("utf-8", "surrogateescape"))
        except (OSError, ValueError):
            return None

    def _write(self, token: str, database: Path) -> None:
        file = self.folder / token
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)  # a token is known to its owner alone
            beside = file.with_name(f"{token}.new")
            beside.write_text(str(database), "utf-8", "surrogateescape")
            beside.replace(file)
        except OSError as error:
            raise StoreError(
                f"{file} cannot be written ({error.strerror}), so the version database could not "
                "be told from a stranger's; make the folder writable."
            ) from error


def refuse_tracked(database: Path) -> None:
    """StoreError where git tracks the database: whoever commits could then change it."""
    if not any(_may_name(index, database.name) for index in _indexes(database.parent)):
        return
    import subprocess

    try:
        found = subprocess.run(
            ["git", "ls-files", "--error-unmatch", "--", database.name],
            cwd=database.parent,
            env=_without_git(os.environ),
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
        tracked = found.returncode != _NOT_TRACKED
    except (OSError, subprocess.TimeoutExpired):
        tracked = True
    # Where git is missing or refuses, nobody can say, and its index has that name.
    if tracked:
        raise StoreError(
            f"{database} is tracked by git, so others could change it, and no versions are kept; "
            f"run `git rm -r --cached {database.parent.name}` in {database.parent.parent} and "
            "commit that."
        )


def _without_git(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what a hook of git's says of its repository, by relative paths."""
    return {name: value for name, value in environment.items() if not name.startswith("GIT_")}


def _indexes(folder: Path) -> Iterator[Path]:
    """The index of each repository that `folder` lies in, with what it is split into."""
    for parent in folder.parents:
        git = parent / ".git"
        if git.is_file():
            _, _, there = git.read_text("utf-8", "replace").strip().partition("gitdir: ")
            git = Path(os.path.join(parent, there))  # noqa: PTH118 - `there` may be absolute
        if git.is_dir():
            yield git / "index"
            yield from git.glob("sharedindex.*")


def _may_name(index: Path, name: str) -> bool:
    """Whether an index has a path that ends in `name`, which every version of its format shows."""
    try:
        return f"{name}\0".encode() in index.read_bytes()
    except OSError:
        return False
