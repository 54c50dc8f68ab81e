"""Shares with a team for as long as somebody wants it: what happens here goes up at once, what
others send comes down at once, and a database that is gone is waited for."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, NamedTuple

from fourfold.app.sharing.joining import joined, open_joined
from fourfold.app.sharing.receiving import receive
from fourfold.app.sharing.sending import send
from fourfold.errors import FourfoldError
from fourfold.store.errors import StoreError
from fourfold.store.state_folder import state_folder
from fourfold.user.name import user_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from fourfold.project.project import Project
    from fourfold.store.ports.team import Team

LOOK_SECONDS = 0.25
"""How long what happened here may wait until it is seen."""

ASK_SECONDS = 60.0
"""How often the team is asked though it has told nothing."""

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 120.0


class Synced(NamedTuple):
    """Of how many runs something went up, and how much was added here."""

    sent: int
    received: int


def sync(project: Project, team: Team) -> Synced:
    """Sends what waits and takes in what has come; FourfoldError."""
    own = user_name()
    received = receive(project, team, own)
    return Synced(send(project, team, own), received)


def follow(
    project: Project, ended: Event, reached: Event, *, note: Callable[[str], None] = lambda _: None
) -> None:
    """Goes on until it has `ended`, and sends then what is left. The team's database is `reached`
    while that is set. What goes wrong is noted once, and tried again after longer and longer
    pauses, in which nobody here waits."""
    pause, told = _FIRST_PAUSE, ""
    while not ended.is_set():
        try:
            joined(project)
            team = open_joined(project)
            try:
                reached.set()
                team.listen()
                sync(project, team)
                pause, told = _FIRST_PAUSE, ""
                _go_on(project, team, ended)
            finally:
                reached.clear()
                team.close()
        except FourfoldError as error:
            if str(error) != told:
                told = str(error)
                note(told)
            ended.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - that not all come at once
            pause = min(2 * pause, _LONGEST_PAUSE)


def follow_alone(
    project: Project, ended: Event, reached: Event, *, note: Callable[[str], None]
) -> None:
    """As `follow`, while no other process does it for this folder."""
    from filelock import FileLock, Timeout

    lock = FileLock(state_folder(project.folder) / "team.lock", mode=0o600)
    while not ended.is_set():
        try:
            with lock.acquire(timeout=0):
                follow(project, ended, reached, note=note)
        except Timeout:
            ended.wait(_FIRST_PAUSE)


def _go_on(project: Project, team: Team, ended: Event) -> None:
    own = user_name()
    asked = time.monotonic()
    project.store.changed_elsewhere()
    while not ended.is_set():
        told = team.was_told(LOOK_SECONDS)
        if project.store.changed_elsewhere():
            send(project, team, own)
            told = told or bool(project.store.new_texts())
        if told or time.monotonic() - asked > ASK_SECONDS:
            receive(project, team, own)
            asked = time.monotonic()
        if project.store.joined() is None:
            raise StoreError("This folder shares with no team any more.")
    send(project, team, own)  # what has happened since it last looked
