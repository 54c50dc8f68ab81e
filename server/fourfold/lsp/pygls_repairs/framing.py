"""How JSON-RPC frames messages in a stream: a header with Content-Length, then the body."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_HEADER = 8192
LONGEST_BODY = 256 << 20
"""In bytes. The largest documents that editors open are far below."""

_END = b"\r\n\r\n"
_BEGINNING = re.compile(rb"[A-Za-z][A-Za-z0-9-]*(?::[^\n]*)?\r?")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(.*?)[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
# Of a body this can be no part: JSON has no line ends inside of texts.
_NEXT_HEADER = re.compile(rb"content-length[ \t]*:[ \t]*\d+[ \t]*\r\n", re.IGNORECASE)
_LONGEST_NUMBER = 64


class FramingError(Exception):
    """Where the next message begins is lost, for ever. The text says why, quoting nothing."""


class Frames:
    """Cuts what arrives into the bodies of messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        self._searched = 0

    @property
    def is_waiting(self) -> bool:
        """Whether a message has begun to arrive."""
        return self._length is not None or bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete with `data`; FramingError, after which nothing is."""
        self._buffer += data
        while (body := self._next()) is not None:
            yield body

    def is_overdue(self) -> bool:
        """Whether a body is whole although its Content-Length asks for more."""
        try:
            return self._length is not None and isinstance(json.loads(self._buffer), dict)
        except (ValueError, RecursionError):
            return False

    def _next(self) -> bytes | None:
        if self._length is None:
            self._length = self._read_header()
        if self._length is None:
            return None
        if len(self._buffer) < self._length:
            if _NEXT_HEADER.search(self._buffer, self._searched):
                raise FramingError("a message was shorter than its Content-Length said")
            self._searched = max(0, len(self._buffer) - _LONGEST_NUMBER)
            return None
        body = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length, self._searched = None, 0
        return body

    def _read_header(self) -> int | None:
        first, _, more = self._buffer[:LONGEST_HEADER].partition(b"\n")
        if (first and not _BEGINNING.fullmatch(first)) or (more and b":" not in first):
            raise FramingError("what came is no header of a message")
        end = self._buffer.find(_END, 0, LONGEST_HEADER)
        if end < 0:
            if len(self._buffer) >= LONGEST_HEADER:
                raise FramingError("a header had no end")
            return None
        lengths = set(_LENGTH.findall(self._buffer, 0, end + 1))
        if not lengths:
            raise FramingError("a message came without Content-Length")
        (length, *others) = lengths
        if others or not length.isdigit() or len(length) > _LONGEST_NUMBER:
            raise FramingError("a Content-Length was no length")
        if int(length) > LONGEST_BODY:
            raise FramingError(f"a message was to be longer than {LONGEST_BODY:,} bytes")
        del self._buffer[: end + len(_END)]
        return int(length)
