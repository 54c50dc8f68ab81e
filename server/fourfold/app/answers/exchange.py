"""What is answered by commands that give others what is known, or take it in, with `--json`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from fourfold.app.described import Answer


class Exported(Answer):
    """How much was written for others, and where."""

    file: str
    versions: int
    runs: int
    scores: int
    ratings: int


class Merged(Answer):
    """What became of what others have."""

    added: int
    known: Annotated[int, Meta(description="here already")]
    left: Annotated[int, Meta(description="of nothing that is here")]


class Imported(Answer):
    """What was taken in."""

    versions: Merged
    runs: Merged
    scores: Merged
    ratings: Merged


class Synced(Answer):
    """What went to the team, and what has come from it."""

    project: str
    sent: Annotated[int, Meta(description="runs of which something went up")]
    received: Annotated[int, Meta(description="runs, scores and ratings that were added")]


class Person(Answer):
    """What somebody has sent to the team."""

    name: str
    runs: int
    said: Annotated[int, Meta(description="scores and ratings")]


class TeamStatus(Answer):
    """What is shared, and with whom."""

    project: str
    person: Annotated[str, Meta(description="who this user is to the team's database")]
    share: Annotated[str, Meta(description="all, or scores")]
    may_send: bool
    waiting: Annotated[int, Meta(description="runs of which something is to go up")]
    people: list[Person]


class Pruned(Answer):
    """How many lines are gone."""

    deleted: int
