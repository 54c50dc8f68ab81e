"""Many texts by their names, in a file: a matrix has more of them than fit into memory."""

from __future__ import annotations

from array import array
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Spool:
    """A file in `folder` without a name, which is gone with the process. In memory each text takes
    some 150 bytes."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115
        self._numbers: dict[bytes, int] = {}
        self._ends = array("Q", [0])

    def __contains__(self, name: bytes) -> bool:
        return name in self._numbers

    def __iter__(self) -> Iterator[bytes]:
        """The names, in the order in which they came first."""
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def put(self, name: bytes, text: bytes) -> None:
        """Keeps a text in place of what had this name."""
        self._file.seek(self._ends[-1])
        self._file.write(text)
        self._numbers[name] = len(self._ends)
        self._ends.append(self._ends[-1] + len(text))

    def get(self, name: bytes) -> bytes:
        number = self._numbers[name]
        begin = self._ends[number - 1]
        self._file.seek(begin)
        return self._file.read(self._ends[number] - begin)

    def close(self) -> None:
        self._file.close()
