"""What the command line says of files that look like prompts and are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.cli.output import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.project.project import Project

MOST_NAMED = 10


def tell_left_out(project: Project) -> None:
    """Says on stderr which folders are missing, what is no prompt and why, and which prompts share
    a name."""
    steps = project.steps
    for sentence in steps.problems():
        note(sentence)
    by_reason: dict[str, list[str]] = {}
    for place, reason in steps.overview().left_out:
        by_reason.setdefault(reason, []).append(place)
    for reason, places in by_reason.items():
        note(f"Left out, since {reason}: {_names(places)}.")
    for file in steps.all():
        rivals = steps.rivals(file) if steps.has_longer_id(file) else []
        for first in [other for other in rivals if not steps.has_longer_id(other)]:
            note(
                f"{steps.place(file.path)} is {file.step}, with its suffix, since "
                f"{steps.place(first.path)} is {first.step}; rename one of them."
            )


def _names(places: Sequence[str]) -> str:
    more = len(places) - MOST_NAMED
    names = ", ".join(places[:MOST_NAMED])
    return f"{names} and {more} more" if more > 0 else names
