"""The one way out to stdout and stderr.

What is written is made harmless, whoever writes it: a command, click, a traceback, a log. Two ways
lead past that, for those who need them: `write_exact` keeps an answer as it is where a program
reads it, and `drawing` is for what draws on a terminal and cleans its texts itself.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from fourfold.text.visible import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

_NOBODY_READS = {errno.EPIPE, errno.ESHUTDOWN}
if sys.platform == "win32":
    _NOBODY_READS.add(errno.EINVAL)


class Stream:
    """A text stream as the rest of the process sees it.

    Once nobody reads it any more, what is written is thrown away: the command goes on and ends as
    it would have, without a word.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.encoding = file.encoding
        self.errors = file.errors
        self.buffer = _Bytes(self)
        self.drawing = cast("TextIO", _Drawing(self))

    def write(self, text: str) -> int:
        if cleaned := harmless(text):  # click tries with "", and passes over what that raises
            self.write_drawn(cleaned)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def write_exact(self, text: str) -> None:
        """Somebody's text as it is, but harmless on a terminal."""
        self.write_drawn(harmless(text) if self.isatty() else text)
        self.flush()

    def write_drawn(self, text: str) -> None:
        try:
            self._file.write(text)
        except OSError as error:
            self._give_up(error)

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            self._give_up(error)

    def isatty(self) -> bool:
        return self._file.isatty()

    def fileno(self) -> int:
        return self._file.fileno()

    def writable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return self._file.closed

    def _give_up(self, error: OSError) -> None:
        """Throws away what is held back, which Python would try to write once more at its end."""
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self._file.fileno())
        os.close(nothing)
        if error.errno not in _NOBODY_READS:
            raise error


class _Bytes(io.RawIOBase):
    """The same stream for what writes UTF-8 itself, as click does with completions."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        text = bytes(data).decode("utf-8", "replace")
        self._stream.write(text)
        return len(bytes(data))

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()


class _Drawing:
    """The same stream for what draws on a terminal."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.encoding = stream.encoding
        self.write = stream.write_drawn
        self.flush = stream.flush
        self.isatty = stream.isatty
        self.fileno = stream.fileno


def guard_streams() -> None:
    """Puts a Stream in the place of stdout and stderr, for the rest of the process."""
    sys.stdout = _guarded(sys.stdout)
    sys.stderr = _guarded(sys.stderr)


def _guarded(file: TextIO | None) -> TextIO:
    if isinstance(file, Stream):
        return file
    if file is None:  # closed before the process began
        file = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if isinstance(file, io.TextIOWrapper):
        _be_unicode(file)
    return cast("TextIO", Stream(file))


def _be_unicode(stream: io.TextIOWrapper) -> None:
    """Lets every character through: whole into a pipe, as far as it can be shown on a terminal."""
    if stream.isatty():
        stream.reconfigure(errors="replace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
