"""Runs by their ids, where a step may be named too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.errors import InvalidArgumentError
from fourfold.project.documents import RUN_ID

if TYPE_CHECKING:
    from fourfold.project.project import Project
    from fourfold.store.records import Run

_ID = re.compile(RUN_ID)
_OF_OUR_TIME = "0"
"""What the id of every run begins with for the next thousand years, and hardly a step's."""


def run_named(project: Project, name: str) -> Run | None:
    """The whole run with this id; None where it names a step, or can only name one.

    InvalidArgumentError for the id of a run that is not kept.
    """
    if not _ID.fullmatch(name) or project.find_step(name) is not None:
        return None
    run = project.store.find_run(name) if project.is_used else None
    if run is None and name.startswith(_OF_OUR_TIME):
        raise InvalidArgumentError(
            "step", f"there is no run {name}; `fourfold log` lists those that are kept."
        )
    return run
