"""Prompts as they are in a commit. git is asked for what it has here, and never goes to a network
or runs what a repository's configuration names for that."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha1, sha256
from typing import TYPE_CHECKING, Self

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.versions.prompt_files import MAX_PROMPT_BYTES, check_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PREFIX = "git:"
_SECONDS = 30
_SHORT = 10
_SHA256 = 64  # hexadecimal digits
_LINK = "120000"
# What a hook that git runs hands down, which is about the top folder of its repository.
_HANDED_DOWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_DEFAULT_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


class Revision:
    """A commit of the repository around `folder`; `name` is how people write it."""

    def __init__(self, folder: Path, commit: str, name: str) -> None:
        self.name = name
        self._folder = folder
        self._commit = commit

    @classmethod
    def named(cls, folder: Path, ref: str) -> Self:
        """The one that `ref` names. Raises FourfoldError where there is none."""
        shallow = _is_shallow(folder)
        commit = _commit(folder, ref)
        if commit is None:
            raise InvalidArgumentError("baseline", _no_commit(folder, ref, shallow))
        return cls(folder, commit, f"{PREFIX}{ref}")

    def text(self, path: Path) -> str | None:
        """The normalised text of a file in this commit; None where it has no such file.
        FourfoldError where that is no text of a prompt, or not in this clone."""
        place = path.relative_to(self._folder).as_posix()
        listed = _git(self._folder, "ls-tree", "-z", self._commit, "--", f"./{place}")
        if not listed:
            return None
        mode, kind, blob = listed.partition(b"\t")[0].decode("ascii").split()
        name = f"{place} at {self.name}"
        if kind != "blob" or mode == _LINK:
            raise FourfoldError(f"{name} is a link or a folder, not a file.")
        size = _git(self._folder, "cat-file", "-s", blob)
        if size is not None and int(size) > MAX_PROMPT_BYTES:
            raise FourfoldError(f"{name} is larger than a prompt may be.")
        data = _git(self._folder, "cat-file", "blob", blob)
        if data is None:
            raise FourfoldError(
                f"The content of {name} is not in this clone: fetch it, or clone without a filter."
            )
        return check_prompt(data, name)

    def changed(self, paths: Iterable[Path]) -> set[Path]:
        """Those of these files that are not as they are in this commit, line ends aside; one that
        is in neither is not changed."""
        listed = _git(self._folder, "ls-tree", "-r", "-z", self._commit) or b""
        blobs: dict[str, str] = {}
        for entry in listed.split(b"\0")[:-1]:
            facts, _, place = entry.partition(b"\t")
            blobs[os.fsdecode(place)] = facts.split()[2].decode("ascii")
        return {
            path
            for path in paths
            if not _is_blob(path, blobs.get(path.relative_to(self._folder).as_posix()))
        }


def branching_point(folder: Path) -> Revision:
    """The commit at which what is checked out left the default branch. Raises FourfoldError."""
    shallow = _is_shallow(folder)
    branch = next((one for one in _DEFAULT_BRANCHES if _commit(folder, one)), None)
    if branch is None:
        raise FourfoldError(
            "git knows no default branch here, so what has changed cannot be told: name what to "
            "compare with, as in --baseline git:origin/main."
        )
    found = _git(folder, "merge-base", "HEAD", branch)
    if not found:
        why = "this clone is shallow; fetch more of it" if shallow else "there is none"
        raise FourfoldError(
            f"git finds no commit that HEAD and {branch} have in common ({why}): name what to "
            f"compare with, as in --baseline git:{branch}."
        )
    commit = found.decode("ascii").strip()
    return Revision(folder, commit, f"{PREFIX}{commit[:_SHORT]}")


def _is_blob(path: Path, blob: str | None) -> bool:
    """Whether git would name a file's content `blob`; None is one that is not there."""
    try:
        data = path.read_bytes()
    except OSError:
        return blob is None
    hashed = sha256 if len(blob or "") == _SHA256 else sha1
    contents = (data, data.replace(b"\r\n", b"\n"))
    return blob in [hashed(b"blob %d\0%b" % (len(it), it)).hexdigest() for it in contents]


def _is_shallow(folder: Path) -> bool:
    """Whether older commits are missing in the repository; FourfoldError where there is none."""
    try:
        answer = _run(folder, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository")
    except OSError:
        raise FourfoldError(
            "git cannot be run here, so no commit can be read: install it, or name a version, such "
            "as v3."
        ) from None
    if answer.returncode == 0 and answer.stdout.startswith(b"true"):
        return answer.stdout.split()[-1] == b"true"
    if b"dubious ownership" in answer.stderr:
        raise FourfoldError(
            f"git does not read the repository around {folder}, as another user owns it: allow it "
            "with `git config --global --add safe.directory`."
        )
    raise FourfoldError(
        f"{folder} is in no git repository, so no commit can be read: name a version, such as v3."
    )


def _commit(folder: Path, ref: str) -> str | None:
    # What begins with a dash is an option of git, wherever it stands.
    if not ref or ref.startswith("-") or not ref.isprintable():
        return None
    found = _git(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    return found.decode("ascii").strip() if found else None


def _no_commit(folder: Path, ref: str, shallow: bool) -> str:
    if _commit(folder, f"origin/{ref}"):
        return f"git knows no commit {ref} here; did you mean {PREFIX}origin/{ref}?"
    if shallow:
        return (
            f"git knows no commit {ref} in this shallow clone; fetch it, as with `git fetch "
            "--depth=1 origin BRANCH`, or clone without --depth."
        )
    return f"git knows no commit {ref} here; name a branch, a tag or a commit, as in git:main."


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git answers; None where it fails."""
    answer = _run(folder, *arguments)
    return answer.stdout if answer.returncode == 0 else None


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: it for name, it in os.environ.items() if name not in _HANDED_DOWN}
    command = ["git", "-C", str(folder), "--no-pager", *arguments]
    try:
        return subprocess.run(
            command,
            env={**environment, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FourfoldError(f"git gave no answer within {_SECONDS} s: run it again.") from None
