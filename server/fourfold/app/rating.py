"""People's ratings of runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, cast

from fourfold.errors import InvalidArgumentError
from fourfold.store.records import Rating
from fourfold.user.name import user_name

if TYPE_CHECKING:
    from fourfold.project.project import Project

LONGEST_NOTE = 2_000
"""The most characters of a note."""

_VALUES = (-1, 0, 1)


def rate(project: Project, run: str, rating: int, note: str | None = None) -> Rating:
    """Gives a run a rating of this user's: 1 for good, −1 for bad, 0 for none, each perhaps with a
    note. It replaces the one of before; 0 without a note takes it away.

    Raises InvalidArgumentError.
    """
    if isinstance(rating, bool) or rating not in _VALUES:
        raise InvalidArgumentError("rating", "a rating is 1, -1, or 0 for none.")
    note = (note or "").strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidArgumentError(
            "note", f"the note has more than {LONGEST_NOTE:,} characters; shorten it."
        )
    found = project.store.find_run(run) if project.is_used else None
    if found is None:
        raise InvalidArgumentError(
            "run", f"there is no run {run}; `fourfold log` lists those that are kept."
        )
    value = cast("Literal[-1, 0, 1]", rating)
    given = Rating(found.id, user_name(), value, note, datetime.now(UTC))
    project.store.rate(given)
    return given
