"""What is asked so that a folder shares with a team: of its store, and of the team's database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fourfold.store.ports.batches import BatchStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fourfold.store.facts import (
        Answered,
        Call,
        Claimed,
        Done,
        Joined,
        MatrixState,
        Outgoing,
        OutgoingMatrix,
        Received,
        Sent,
        Topic,
    )
    from fourfold.store.records import KeptAnswer, KeptMatrix

LEASE_SECONDS = 30
"""How long a call is a worker's that gives no sign of life."""


class Sharing(Protocol):
    """What a folder's own store knows of its team."""

    def joined(self) -> Joined | None:
        """The project that the folder shares with, if any."""

    def join(self, project: str, token: str) -> None:
        """From now on what is known here goes up, and so does all that was known before; all comes
        down anew."""

    def leave(self) -> None:
        """Nothing goes up any more. What has come down stays, until its texts go."""

    def outgoing(self) -> list[Outgoing]:
        """Some runs of which something is still to go up, what waits longest first."""

    def waiting(self) -> int:
        """Of how many runs something is still to go up."""

    def went_up(self, places: Sequence[int]) -> None:
        """Forgets what waited there; what has come after it stays."""

    def outgoing_matrices(self) -> list[OutgoingMatrix]:
        """Some of what is to go up of matrices, the oldest first."""

    def matrices_went_up(self, places: Sequence[int]) -> None:
        """As `went_up`, of matrices."""

    def merge_matrix(self, matrix: KeptMatrix) -> bool:
        """Adds what a matrix of others compares, without answers, to the step that has its texts,
        else to the one of its name; whether it was new, and there is such a step."""

    def merge_answers(self, matrix: str, author: str, answers: Iterable[KeptAnswer]) -> None:
        """Adds answers to a matrix, where it is this author's and has such places."""

    def merge_state(self, matrix: str, author: str, state: MatrixState) -> None:
        """Notes how far a matrix is, where it is this author's."""

    def came_down(self, seq: int) -> None:
        """Remembers the last number that was taken in."""

    def new_texts(self) -> list[str]:
        """The hashes of kept texts about which the team was not asked yet."""

    def asked_about(self, hashes: Sequence[str]) -> None:
        """Remembers that the team was asked about texts."""

    def forget_authors(self, authors: Sequence[str]) -> int:
        """Deletes the runs, matrices and ratings of these people; how many runs."""


class Team(BatchStore, Protocol):
    """A project of a team's. Every method raises StoreError, and UnreachableTeamError where it may
    go well later."""

    named: str
    """How it is called in sentences, without a password."""

    token: str
    person: str
    """Who this user is to it."""

    may_send: bool

    def push(self, lines: Sequence[Sent]) -> None:
        """Adds lines under this user's name, in place of what the user has said there before."""

    def pull(
        self, seq: int, ignored: Sequence[str], hashes: Sequence[str] | None = None
    ) -> list[Received]:
        """The next lines behind a number, but for those of ignored people, of these texts or of
        all; none where there are no more."""

    def counts(self) -> list[tuple[str, int, int]]:
        """Of each person how many runs and how many scores and ratings there are."""

    def prune(self, days: int) -> int:
        """Deletes what was sent before so many days, as far as this user may; how many lines."""

    def grant(self, read: Sequence[str], contribute: Sequence[str]) -> None:
        """Lets people, by their roles, read what is there, or send what they know too."""

    def offer(self, calls: Sequence[Call]) -> None:
        """Adds calls for workers, each once, however often it is offered."""

    def withdraw(self, requests: Sequence[str]) -> list[str]:
        """Takes back the calls of this user's that no worker has; which they were."""

    def missing(self, requests: Sequence[str]) -> list[str]:
        """Those that are not there."""

    def are_taken(self, requests: Sequence[str]) -> bool:
        """Whether a worker has taken any of these calls."""

    def forget(self, requests: Sequence[str]) -> None:
        """Has calls that were answered made again, the next time that they are offered."""

    def answers(self, requests: Sequence[str]) -> list[Answered]:
        """What has come of these calls, as far as it is there."""

    def work(
        self,
        worker: str,
        done: Sequence[Done],
        room: int,
        unknown: Sequence[str],
        silent: bool = True,
    ) -> tuple[int, list[Claimed]]:
        """Brings what a worker has done, and takes calls for as many as it has room for, none of
        models that are `unknown` to it, and those of workers that give no sign of life only where
        these `silent` ones are meant too. How many of those that it brings another has answered
        meanwhile, and those that it has from now on, for LEASE_SECONDS."""

    def beat(self, worker: str, calls: Sequence[int]) -> list[int]:
        """Keeps calls for as long again; those that are the worker's still."""

    def give_back(self, worker: str, calls: Sequence[int]) -> None:
        """Leaves calls to others."""

    def pause(self, name: str, seconds: float) -> None:
        """Tells all workers that an endpoint wants no calls for a while."""

    def pauses(self) -> dict[str, float]:
        """For how many seconds which endpoints want none."""

    def listen(self, about: Topic = "evidence") -> None:
        """From now on it tells when something of that has come."""

    def was_told(self, seconds: float) -> bool:
        """Whether it has told that since this was last asked; waits for it so long."""

    def close(self) -> None: ...
