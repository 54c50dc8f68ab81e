"""Server-sent events: bytes in, the `data` of each event out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

MAX_LINE = 8 * 1024 * 1024


class UnreadableStreamError(Exception):
    """The bytes are no server-sent events."""


async def read_data(chunks: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """The `data` of each event; an `error` field, which llama.cpp sends, counts as data.

    Lines are split at LF and CRLF alone: JSON may hold U+2028 and its like.
    """
    pending = b""
    data: list[str] = []
    async for chunk in chunks:
        *lines, pending = (pending + chunk).split(b"\n")
        if len(pending) > MAX_LINE:
            raise UnreadableStreamError
        for line in lines:
            if line in (b"", b"\r"):
                if data:
                    yield "\n".join(data)
                    data = []
            else:
                _take(line, data)
    if pending:
        _take(pending, data)
    if data:
        yield "\n".join(data)


def _take(line: bytes, data: list[str]) -> None:
    name, _, value = line.removesuffix(b"\r").partition(b":")
    if name in (b"data", b"error"):
        try:
            data.append(value.removeprefix(b" ").decode("utf-8"))
        except UnicodeDecodeError:
            raise UnreadableStreamError from None
