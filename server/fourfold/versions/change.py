"""What a save, a switch or an undo did to a step's versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fourfold.store.versions import Removed

ChangeKind = Literal["none", "seeded", "added", "switched", "replaced"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a step's versions, with what is needed to take it back.

    `before` and `after` are the numbers of the current version. `removed` is the version that an
    added one pushed out, or the text that a replaced one had. `hash` names the text that was added
    or replaced another.
    """

    step: str
    kind: ChangeKind
    before: int | None
    after: int
    removed: Removed | None = None
    hash: str | None = None

    @property
    def undoable(self) -> bool:
        return self.kind in ("added", "switched", "replaced")
