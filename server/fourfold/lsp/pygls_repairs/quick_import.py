"""Imports lsprotocol in a third of the time.

attrs writes and compiles the methods of its 554 classes at every import, which is half of what an
editor waits for. Here the compiled code is kept in the environment, and taken only for the very
text that it was compiled from.
"""

from __future__ import annotations

import contextlib
import importlib.util
import marshal
import os
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

    KnownCode = dict[tuple[str, str], CodeType]

_CHECKSUM_BYTES = 4


def import_lsprotocol(kept: Path | None = None) -> None:
    """Imports `lsprotocol.types`. `kept` is the file with the code; by default one of the virtual
    environment, and none outside of one. It may be missing, broken or read-only."""
    if kept is None and sys.prefix != sys.base_prefix:
        kept = Path(sys.prefix, "share", f"lsprotocol.{sys.implementation.cache_tag}")
    if kept is None:
        return
    from attr import _make

    known = _read(kept)
    added: KnownCode = {}

    def compile_once(source: str, filename: str, mode: str) -> CodeType:
        code = known.get((filename, source))
        if code is None:
            code = added[filename, source] = compile(source, filename, mode)
        return code

    # It shadows the builtin in that module alone. If attrs compiles in another way one day, this
    # does nothing.
    vars(_make)["compile"] = compile_once
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        del vars(_make)["compile"]
    if added:
        with contextlib.suppress(OSError):
            _write(kept, known | added)


def _read(file: Path) -> KnownCode:
    try:
        content = file.read_bytes()
    except OSError:
        return {}
    data = content[_CHECKSUM_BYTES:]
    return marshal.loads(data) if content[:_CHECKSUM_BYTES] == _checksum(data) else {}  # noqa: S302


def _write(file: Path, code: KnownCode) -> None:
    data = marshal.dumps(code)
    file.parent.mkdir(parents=True, exist_ok=True)
    own = file.with_name(f"{file.name}.{os.getpid()}")  # several servers may start at once
    try:
        own.write_bytes(_checksum(data) + data)
        own.replace(file)
    except OSError:
        own.unlink(missing_ok=True)
        raise


def _checksum(data: bytes) -> bytes:
    """Of the data and of the format of this Python's bytecode."""
    checksum = zlib.crc32(importlib.util.MAGIC_NUMBER + data)
    return checksum.to_bytes(_CHECKSUM_BYTES, "big")
