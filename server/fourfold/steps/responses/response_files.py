"""The files of a response: which paths a response may give, and how much."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from fourfold.steps.responses.errors import ResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_FILES = 200
MAX_CHARACTERS = 1_000_000
"""Of all files together."""

_MAX_PATH = 240
_MAX_PART_BYTES = 200
_MAX_SHOWN = 80
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_UNREADABLE = "\ufffd"  # what Markdown makes of a NUL
_OFF_LIMITS = {".git", ".fourfold"}
# what Windows calls a folder whose name is longer than eight characters, or begins with a dot
_SHORT_NAME = re.compile(r"[^.~]{1,8}~\d+(?:\.[^.]{1,3})?")


def check_files(
    files: Sequence[Mapping[str, str]], folder: str | None = None
) -> list[dict[str, str]]:
    """The files with normalised paths, which are below `folder`: one that begins with the folder's
    own path is meant as seen from the workspace.

    ResponseError for a path that may not be written, for two files with one path, and for more
    than a person could review.
    """
    checked: list[dict[str, str]] = []
    total = 0
    check_count(len(files))
    for file in files:
        path = _below(normalize_path(file["path"]), folder)
        total += len(file["content"])
        checked.append({**file, "path": path})
        if total > MAX_CHARACTERS:
            raise _error(
                f"its files are longer than {MAX_CHARACTERS:,} characters", "Shorten them."
            )
    _check_distinct(checked)
    return checked


def _below(path: str, folder: str | None) -> str:
    named = (folder or "").strip().replace("\\", "/").removeprefix("./").rstrip("/")
    return path.removeprefix(f"{named}/") if named else path


def check_count(files: int) -> None:
    """ResponseError for more files than a person could review."""
    if files > MAX_FILES:
        raise _error(f"it holds more than {MAX_FILES} files", "Answer with fewer files.")


def normalize_path(path: str) -> str:
    """`path` with forward slashes and without `.`; always below the folder it is put into.

    ResponseError, naming the path, where it is absolute, climbs out, or cannot be a file's path on
    every platform.
    """
    slashed = unicodedata.normalize("NFC", path.strip()).replace("\\", "/")
    why = _why_not(slashed)
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    why = why or next((why for part in parts if (why := _why_no_part(part))), None)
    if why is None and not parts:
        why = "names no file"
    if why is not None:
        raise _error(
            f"the path {_shown(path)} {why}",
            "Use relative paths below the folder, like src/name.py.",
        )
    return "/".join(parts)


def _why_not(path: str) -> str | None:
    if len(path) > _MAX_PATH:
        return "is too long"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "is absolute"
    if path.startswith("~"):
        return "leads to somebody's home folder"
    if path.endswith("/"):
        return "names a folder"
    return None


def _why_no_part(part: str) -> str | None:
    if part == "..":
        return "leads out of the folder"
    if any(unicodedata.category(it)[0] == "C" or it == _UNREADABLE for it in part):
        return "holds characters that cannot be seen"
    if part.casefold() in _OFF_LIMITS:
        return f"leads into {part}"
    if _SHORT_NAME.fullmatch(part):
        return "may be another file's short name on Windows"
    if part.endswith((".", " ")) or part.startswith(" ") or _FORBIDDEN.search(part):
        return "is no path on Windows"
    if _RESERVED.fullmatch(part.split(".", maxsplit=1)[0].rstrip()):
        return "is the name of a device on Windows"
    if len(part.encode()) > _MAX_PART_BYTES:
        return "is too long"
    return None


def _check_distinct(files: list[dict[str, str]]) -> None:
    """No two files with one path, even where case is ignored; no file that is also a folder."""
    seen: dict[str, str] = {}
    for file in files:
        path = file["path"]
        if path.casefold() in seen:
            raise _error(f"it holds {_shown(path)} twice", "Give every file once, complete.")
        seen[path.casefold()] = path
    for path in seen.values():
        parts = path.casefold().split("/")
        for length in range(1, len(parts)):
            if (folder := "/".join(parts[:length])) in seen:
                raise _error(
                    f"{_shown(seen[folder])} is a file and the folder of {_shown(path)}",
                    "Give one of them another path.",
                )


def _error(what: str, hint: str) -> ResponseError:
    return ResponseError(
        f"The files of the response cannot be taken: {what}.",
        f"{what[0].upper()}{what[1:]}. {hint}",
    )


def _shown(path: str) -> str:
    """The path for a message: what cannot be seen escaped, and not too long."""
    visible = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in path
    )
    return visible if len(visible) <= _MAX_SHOWN else f"{visible[:_MAX_SHOWN]}…"
