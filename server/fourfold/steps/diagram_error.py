"""What is wrong with a diagram."""

from __future__ import annotations


class DiagramError(ValueError):
    """What is broken, so that it can follow a colon; `line` counts from the source's first, 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
