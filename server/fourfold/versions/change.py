"""What a save, a switch or an undo did to a step's versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from fourfold.store.records import PushedOut

ChangeKind = Literal["none", "seeded", "added", "switched", "replaced"]


class Change(NamedTuple):
    """One change of a step's versions.

    `before` and `after` are the numbers of the current version, None where there is none.
    `pushed_out` is the version that an added one pushed out or replaced, which an undo brings back.
    """

    step: str
    kind: ChangeKind
    before: int | None
    after: int | None
    pushed_out: PushedOut | None = None
