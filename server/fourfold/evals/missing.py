"""What stands where nothing was given, since null is a value of its own."""

from __future__ import annotations

from enum import Enum
from typing import Final


class _Missing(Enum):
    MISSING = "nothing"


MISSING: Final = _Missing.MISSING
