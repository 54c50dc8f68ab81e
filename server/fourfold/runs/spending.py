"""What may still be asked: a budget in dollars, and a number of calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Spending:
    """Room is taken before a call, at what it may cost, and given back for what it did cost, so
    that calls that go on at once pass no limit together. None is no limit."""

    budget_usd: float | None = None
    most_calls: int | None = None
    calls: int = 0
    cost_usd: float | None = None  # None as long as no price is known
    going: int = 0
    _held_usd: float = 0.0
    _kept_free: int = 0
    _kept_usd: float = 0.0

    def take(
        self, estimate_usd: float | None, *, following: int = 0, following_usd: float = 0.0
    ) -> bool:
        """Whether there is room for one more call, which is then taken, and for those `following`
        from it, which together cost so much and for which it is then kept free."""
        wanted = self.calls + self.going + self._kept_free + 1 + following
        if self.most_calls is not None and wanted > self.most_calls:
            return False
        held = (self.cost_usd or 0.0) + self._held_usd + self._kept_usd + (estimate_usd or 0.0)
        if self.budget_usd is not None and held + following_usd > self.budget_usd:
            return False
        self.going += 1
        self._held_usd += estimate_usd or 0.0
        self._kept_free += following
        self._kept_usd += following_usd
        return True

    def give_back(self, kept_free: int, kept_usd: float) -> None:
        """So many calls that room was kept free for are not made, or are taken now."""
        self._kept_free -= kept_free
        self._kept_usd -= kept_usd

    def settle(self, estimate_usd: float | None, cost_usd: float | None, *, called: bool) -> None:
        """A call that room was taken for has ended; without `called` no model was asked."""
        self.going -= 1
        self._held_usd -= estimate_usd or 0.0
        self.calls += called
        if called and cost_usd is not None:
            self.cost_usd = (self.cost_usd or 0.0) + cost_usd
