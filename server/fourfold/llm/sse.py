"""Server-sent events: bytes in, the `data` of each event out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

MAX_EVENT = 8 * 1024 * 1024
"""More bytes in one event than any answer of a model has: such a stream is given up."""


class UnreadableStreamError(Exception):
    """The bytes are no server-sent events."""


async def read_data(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """The `data` of each event; an `error` field, which llama.cpp sends, counts as data.

    Lines are split at LF and CRLF alone: JSON may hold U+2028 and its like.
    """
    pending = bytearray()
    data: list[str] = []
    size = 0
    async for chunk in chunks:
        *lines, rest = chunk.split(b"\n")
        if lines and pending:
            lines[0] = bytes(pending + lines[0])
            pending.clear()
        pending += rest
        for line in lines:
            if line not in (b"", b"\r"):
                size += len(line)
                _take(line, data)
            else:
                if data:
                    yield "\n".join(data)
                data, size = [], 0
        if size + len(pending) > MAX_EVENT:
            raise UnreadableStreamError
    if pending:
        _take(bytes(pending), data)
    if data:
        yield "\n".join(data)


def _take(line: bytes, data: list[str]) -> None:
    name, _, value = line.removesuffix(b"\r").partition(b":")
    if name in (b"data", b"error"):
        try:
            data.append(value.removeprefix(b" ").decode("utf-8"))
        except UnicodeDecodeError:
            raise UnreadableStreamError from None
