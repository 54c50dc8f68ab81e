"""What the editor has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fourfold.versions.undo import LastChange


class Saved(NamedTuple):
    """A text that the editor saved.

    `first_text` is what the file was opened with: the first version, if it was on disk and nobody
    was quick enough to read it there. `undoing` is the change that a save of this text takes back.
    `goes_on` is the hash of the text that was saved a moment before, where the editor says of
    neither save why it was made.
    """

    text: str
    first_text: str | None
    automatic: bool
    undoing: LastChange | None
    goes_on: str | None = None
