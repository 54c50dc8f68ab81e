"""A file of lines that others have written, read line by line; it may be of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.team.lines import FORMAT, HeaderLine, LineError, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fourfold.team.lines import AnyLine

MAX_LINE_BYTES = 64 * 1024 * 1024
"""No run that Fourfold makes has a longer line."""


def read_lines(path: Path) -> Iterator[AnyLine]:
    """The lines behind the header; empty ones count for nothing.

    Raises FourfoldError, which names the line, where the file is none of Fourfold's, is of another
    format, or holds something odd; OSError where it cannot be read.
    """
    with path.open("rb") as file:
        number, begun = 0, False
        while data := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if not data.strip():
                continue
            if len(data) > MAX_LINE_BYTES:
                raise _refused(path, number, f"has more than {MAX_LINE_BYTES:,} bytes")
            try:
                line = read_line(data)
            except LineError as error:
                raise _refused(path, number, str(error)) from None
            if not begun:
                _check(path, number, line)
                begun = True
            elif not isinstance(line, HeaderLine):
                yield line
            else:  # files that were put together
                _check(path, number, line)
    if not begun:
        raise FourfoldError(f"{path} is empty: `fourfold export FILE` writes a file to import.")


def _check(path: Path, number: int, line: AnyLine) -> None:
    if not isinstance(line, HeaderLine):
        raise _refused(path, number, "stands where a file of `fourfold export` says what it is")
    if line.format != FORMAT:
        raise FourfoldError(
            f"{path} has the format {line.format}, and this Fourfold knows {FORMAT}: use the "
            "release that wrote it, or update this one."
        )


def _refused(path: Path, number: int, why: str) -> FourfoldError:
    return FourfoldError(
        f"Line {number:,} of {path} {why}, so nothing was imported: have it exported again."
    )
