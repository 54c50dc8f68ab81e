"""The read-only files below `.fourfold/view`, for editors that read no virtual documents."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
import time
from pathlib import Path

KEPT_SECONDS = 14 * 24 * 3600


def write_read_only(path: Path, text: str) -> None:
    """Writes to no other place than `path`, whatever links a stranger's workspace brings along."""
    if Path(os.path.realpath(path.parent)) != path.parent:
        raise OSError(errno.ELOOP, "its folder is a link", str(path))
    data = text.encode()
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.chmod(0o444)
        if sys.platform == "win32" and path.exists():
            path.chmod(0o644)  # Windows replaces no read-only file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def delete_old(root: Path) -> None:
    """Deletes the files below `root` that were written two weeks ago or earlier."""
    if Path(os.path.realpath(root)) != root:
        return
    oldest = time.time() - KEPT_SECONDS
    for path in root.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and path.lstat().st_mtime < oldest:
                path.unlink()
