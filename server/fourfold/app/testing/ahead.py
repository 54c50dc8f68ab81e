"""Calls of a matrix that are made together, before it takes one answer after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.runs.request import RunRequest

FIRST_WAVE = 50
"""So many places of the order come first, where it is looked at what they have shown before more
are asked: about as many pairs as it takes to see a difference of 25 points."""


class Ahead(Protocol):
    """Who makes calls together. Raises FourfoldError."""

    def is_known(self, request: RunRequest) -> None:
        """This request has its answer already."""

    def want(self, request: RunRequest) -> None:
        """This request is to be answered by the next `carry_out`, if it is not yet."""

    async def carry_out(self) -> None:
        """Has all that is wanted answered: whoever asks its model then has the answer at once."""


def waves(places: int, *, looking: bool) -> Iterator[int]:
    """Where each wave of so many places ends: after 1×, 2×, 4×, 8× as many as the first, where it
    is looked at between them, else after all."""
    end = FIRST_WAVE if looking else places
    while end < places:
        yield end
        end *= 2
    yield places
