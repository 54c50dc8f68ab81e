"""What one answer of a matrix may have its judges asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.runs.spending import Spending


@dataclass(slots=True)
class Purse:
    """What one answer may still have its judges asked: `kept_free` calls for certain, which cost
    `kept_usd` together, more where there is room."""

    spending: Spending
    kept_free: int = 0
    kept_usd: float = 0.0

    def take(self, estimate_usd: float | None) -> bool:
        """As `Spending.take`."""
        if self.kept_free:
            share = self.kept_usd / self.kept_free
            self.spending.give_back(1, share)
            self.kept_free -= 1
            self.kept_usd -= share
        return self.spending.take(estimate_usd)

    def close(self) -> None:
        """Gives back what was not needed."""
        self.spending.give_back(self.kept_free, self.kept_usd)
        self.kept_free, self.kept_usd = 0, 0.0
