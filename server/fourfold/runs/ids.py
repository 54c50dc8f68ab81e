"""Short ids of runs that sort by the time they were made."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_RANDOM_BITS = 32
_BYTES = 10


class RunIds:
    """Ids of 16 characters: 48 bits of milliseconds, 32 random ones, in base 32.

    Those of one process sort in the order they were made, even within a millisecond and when the
    clock steps back.
    """

    def __init__(self) -> None:
        self._last = 0

    def new(self, now: datetime) -> str:
        milliseconds = int(now.timestamp() * 1000)
        value = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        self._last = max(value, self._last + 1)
        return base64.b32hexencode(self._last.to_bytes(_BYTES, "big")).decode("ascii").lower()
