"""Files that are there whole or not at all: written beside their place, then moved to it."""

from __future__ import annotations

import os
import secrets
import shutil
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, data: bytes, mode: int | None = None, *, durable: bool = True) -> None:
    """Gives the file at `path` these bytes; the rest is as in `write_beside`."""
    temporary = write_beside(path, data, mode, durable=durable)
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_beside(path: Path, data: bytes, mode: int | None = None, *, durable: bool = True) -> Path:
    """A new file in the folder of `path` with these bytes, to be moved there. It has the `mode`,
    else that of the file at `path`, where there is one; what is `durable` is on the disk.

    Raises OSError, and leaves nothing then.
    """
    temporary = path.with_name(f".fourfold-{secrets.token_hex(8)}")
    opener = partial(os.open, mode=0o666 if mode is None else mode)
    try:
        with open(temporary, "xb", opener=opener) as file:
            if mode is None and path.exists():
                shutil.copymode(path, temporary)  # first: nobody else may read a private text
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
