"""Writes the files of a response: only below one folder, and all of them or none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.steps.obeyed import why_asked
from fourfold.steps.responses.response_files import normalize_path
from fourfold.text.whole_file import write_beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MAX_BYTES = 10_000_000
"""Of a file that would be replaced."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file to be written at `path`, below `folder`, with forward slashes.

    `before` is its text when the change was planned, None where it was not there.
    """

    path: str
    before: str | None
    after: str
    folder: Path


def target_folder(workspace: Path, folder: str) -> Path:
    """The `folder` of a response rule, which need not exist. FourfoldError where it is not below
    the workspace, or would be Fourfold's or Git's own."""
    base = workspace.resolve()
    target = base
    if folder.strip().rstrip("/\\") not in ("", "."):
        try:
            target = (base / normalize_path(folder.strip().rstrip("/\\"))).resolve()
        except FourfoldError:
            raise _outside(folder) from None
    if not target.is_relative_to(base):
        raise _outside(folder)
    return target


def why_asked_alone(change: FileChange, workspace: Path) -> str | None:
    """Why nobody who agrees to files in general has agreed to this one; None where it is none
    that tools run or obey."""
    return why_asked((change.folder / change.path).relative_to(workspace.resolve()).as_posix())


def plan(files: Sequence[Mapping[str, str]], folder: Path) -> list[FileChange]:
    """What writing `files` (`path`, `content`) below `folder` would change.

    A file that has CRLF line ends keeps them. FourfoldError where a path leads elsewhere, or what
    is there cannot be replaced: a folder, a link, or what is no text.
    """
    changes = []
    for file in files:
        path = normalize_path(file["path"])
        before = _read(folder, path)
        after = file["content"]
        if before is not None and "\r\n" in before and "\n" not in before.replace("\r\n", ""):
            after = after.replace("\n", "\r\n")
        changes.append(FileChange(path, before, after, folder))
    return changes


def write(changes: Sequence[FileChange]) -> list[Path]:
    """Write what was planned; the files that changed.

    Every file is checked and stored beside its place first, so that then only renaming is left; if
    even that fails, the files replaced so far get their text back. FourfoldError, naming the file
    and the reason, where one changed since the plan, or cannot be written.
    """
    wanted = [change for change in changes if change.before != change.after]
    for change in wanted:
        if _read(change.folder, change.path) != change.before:
            raise FourfoldError(
                f"{change.path} was changed meanwhile, so nothing was written: look at the "
                "changes again."
            )
    writing = _Writing()
    current = ""
    try:
        for change in wanted:
            current = change.path
            writing.stage(change)
        for change in wanted:
            current = change.path
            writing.replace(change)
    except (OSError, FourfoldError) as error:
        left = writing.undo()
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        kept = f" {', '.join(left)} could not be put back." if left else ""
        raise FourfoldError(
            f"{current} could not be written ({why.rstrip('.')}), so nothing was changed.{kept}"
        ) from None
    return [_place(change) for change in wanted]


class _Writing:
    def __init__(self) -> None:
        self._staged: dict[str, Path] = {}
        self._replaced: list[FileChange] = []
        self._made: list[Path] = []

    def stage(self, change: FileChange) -> None:
        place = _place(change)
        self._make_folder(place.parent)
        _check_inside(change.folder, change.path)
        self._staged[change.path] = write_beside(place, change.after.encode())

    def replace(self, change: FileChange) -> None:
        _check_inside(change.folder, change.path)
        if _read(change.folder, change.path) != change.before:
            raise FourfoldError("it was changed meanwhile")
        self._staged[change.path].replace(_place(change))
        del self._staged[change.path]
        self._replaced.append(change)

    def undo(self) -> list[str]:
        """Take back what was done; the paths of the files where that did not work."""
        left = []
        for temporary in self._staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        for change in reversed(self._replaced):
            try:
                if change.before is None:
                    _place(change).unlink()
                else:
                    _place(change).write_bytes(change.before.encode())
            except OSError:
                left.append(change.path)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()
        return left

    def _make_folder(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            each.mkdir()
            self._made.append(each)


def _place(change: FileChange) -> Path:
    return change.folder / change.path


def _read(folder: Path, path: str) -> str | None:
    """The text at `path` with its own line ends; None where nothing is."""
    _check_inside(folder, path)
    place = folder / path
    try:
        if place.stat().st_size > MAX_BYTES:
            raise FourfoldError(f"{path} is too large to be replaced: move it away first.")
        data = place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FourfoldError(f"{path} cannot be replaced: {error.strerror}.") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FourfoldError(f"{path} is no UTF-8 text: move it away first.") from None


def _check_inside(folder: Path, path: str) -> None:
    """No part of `path` below `folder`, which is resolved, may be a link."""
    place = folder
    if folder.resolve() != folder:
        raise FourfoldError(f"{folder} became a link, so nothing can be written below it.")
    for part in path.split("/"):
        place = place / part
        # resolving also finds what Windows does not call a symbolic link
        if place.is_symlink() or not place.resolve().is_relative_to(folder):
            raise FourfoldError(f"{path} leads through a link: write it elsewhere.")


def _outside(folder: str) -> FourfoldError:
    return FourfoldError(
        f"The folder {folder} is not below the workspace folder: change it in workflow.yaml."
    )
