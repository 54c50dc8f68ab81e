"""Prompt files on disk: reading them with care, and writing them so that nothing is half done."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from fourfold.errors import FourfoldError
from fourfold.text.same import BYTE_ORDER_MARK, normalize
from fourfold.text.whole_file import write_whole
from fourfold.versions.links import is_straight

MAX_PROMPT_BYTES = 2 * 1024 * 1024
"""A file larger than this is no prompt that a model could read."""


class UnreadablePromptError(FourfoldError):
    """The file cannot be a prompt, or not be read; the text says why and what to do."""


def read_prompt(path: Path, folder: Path) -> str:
    """The text of the prompt file at `path`, as versions keep it (LF, no byte-order mark).

    Raises FileNotFoundError, and UnreadablePromptError for a file that is too large, binary, not
    UTF-8, not readable, or that a symbolic link takes out of the workspace `folder` (resolved).
    """
    return check_prompt(_read_bytes(path, folder), path.name)


def check_prompt(data: bytes, name: str) -> str:
    """The normalised text of a prompt file's bytes; UnreadablePromptError as in `read_prompt`."""
    check_bytes(data, name)
    try:
        return normalize(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadablePromptError(
            f"{name} is not UTF-8 (line {line}), so no versions of it are kept; save it as UTF-8."
        ) from error


def check_bytes(data: bytes, name: str) -> None:
    """UnreadablePromptError for what is too large or binary."""
    if len(data) > MAX_PROMPT_BYTES:
        raise _too_large(name, len(data))
    if b"\0" in data:
        raise UnreadablePromptError(
            f"{name} is a binary file, so no versions of it are kept; rename it if it is no prompt."
        )


def write_prompt(path: Path, text: str, folder: Path) -> None:
    """Gives the file at `path` the normalised `text`, whole or not at all.

    `folder` is the workspace (resolved), which a link may not lead out of. An existing file keeps
    its mode, its line endings and its byte-order mark, and a symbolic link stays one.
    OSError where it cannot be written or is read-only, UnreadablePromptError for such a link.
    """
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(folder):
        raise _outside(path.name)
    if target.exists() and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        # Replacing it would work on POSIX, against what its owner said.
        raise PermissionError(errno.EACCES, "it is read-only", str(target))
    data = _as_before(target, text).encode("utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data)


def _read_bytes(path: Path, folder: Path) -> bytes:
    try:
        real = path if is_straight(path, folder) else path.resolve(strict=True)
        if not real.is_relative_to(folder):
            raise _outside(path.name)
        if not real.is_file():
            raise UnreadablePromptError(
                f"{path.name} is no ordinary file, so no versions of it are kept; rename it."
            )
        with real.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_PROMPT_BYTES:
                raise _too_large(path.name, size)
            return file.read(MAX_PROMPT_BYTES + 1)
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise UnreadablePromptError(
            f"{path.name} could not be read ({error}), so no versions of it are kept; "
            "check its permissions."
        ) from error


def _outside(name: str) -> UnreadablePromptError:
    return UnreadablePromptError(
        f"{name} is a link to a file outside the workspace, so no versions of it are kept; "
        "put a copy in its place."
    )


def _too_large(name: str, size: int) -> UnreadablePromptError:
    return UnreadablePromptError(
        f"{name} has {size / 1_000_000:.1f} MB, so no versions of it are kept; "
        f"a prompt may have {MAX_PROMPT_BYTES // (1024 * 1024)} MB."
    )


def _as_before(path: Path, text: str) -> str:
    """`text` with the line endings and the byte-order mark of the file that is there."""
    try:
        before = path.read_bytes()[: MAX_PROMPT_BYTES + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return text
    if before.count("\r\n") * 2 > before.count("\n"):
        text = text.replace("\n", "\r\n")
    return BYTE_ORDER_MARK + text if before.startswith(BYTE_ORDER_MARK) else text
