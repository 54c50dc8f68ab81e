"""The read-only files below `.fourfold/view`, for editors that read no virtual documents.

They are their owner's alone, as prompts and responses are nobody else's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from pathlib import Path

from fourfold.text.whole_file import write_whole

KEPT_SECONDS = 14 * 24 * 3600


def write_read_only(path: Path, text: str) -> None:
    """Writes to no other place than `path`, whatever links a stranger's workspace brings along."""
    if Path(os.path.realpath(path.parent)) != path.parent:
        raise OSError(errno.ELOOP, "its folder is a link", str(path))
    data = text.encode()
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    _make_folder(path.parent)
    if sys.platform == "win32" and path.exists():
        path.chmod(0o600)  # Windows replaces no read-only file
    write_whole(path, data, 0o400, durable=False)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def delete_old(root: Path) -> None:
    """Deletes the files below `root` that were written two weeks ago or earlier."""
    if Path(os.path.realpath(root)) != root:
        return
    oldest = time.time() - KEPT_SECONDS
    for path in root.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and path.lstat().st_mtime < oldest:
                path.unlink()
