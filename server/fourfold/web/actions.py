"""What the page can ask to be done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fourfold.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 100


@dataclass(frozen=True, slots=True)
class RunVersions:
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CancelRuns:
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MakeCurrent:
    version: int


@dataclass(frozen=True, slots=True)
class Rate:
    """`rating` is 1, -1, or 0 for none."""

    run: str
    rating: int
    note: str


Action = RunVersions | CancelRuns | MakeCurrent | Rate


class BoardActions(Protocol):
    """Who has a board carries these out; each raises FourfoldError where that cannot be begun."""

    async def run(self, versions: Sequence[int]) -> None:
        """Runs kept versions."""

    async def cancel(self, runs: Sequence[str]) -> None:
        """Cancels those of these runs that go on here."""

    async def make_current(self, version: int) -> None:
        """Makes a kept version current."""

    async def rate(self, run: str, rating: int, note: str) -> None:
        """Keeps what this user says of a run."""


async def carry_out(action: Action, actions: BoardActions) -> None:
    """Does what the page asks for."""
    match action:
        case RunVersions(versions):
            await actions.run(versions)
        case CancelRuns(runs):
            await actions.cancel(runs)
        case MakeCurrent(version):
            await actions.make_current(version)
        case Rate(run, rating, note):
            await actions.rate(run, rating, note)


def read_action(body: bytes) -> Action:
    """InvalidArgumentError for anything else."""
    try:
        given = json.loads(body)
        match given:
            case {"action": "run", "versions": [*versions]} if _are(versions, int):
                return RunVersions(tuple(versions))
            case {"action": "cancel", "runs": [*runs]} if _are(runs, str):
                return CancelRuns(tuple(runs))
            case {"action": "makeCurrent", "version": int(version)} if _are([version], int):
                return MakeCurrent(version)
            case {"action": "rate", "run": str(run), "rating": int(rating), "note": str(note)}:
                return Rate(run, rating, note)
    except (ValueError, RecursionError):
        pass
    raise InvalidArgumentError("action", "the page asked for what there is not.")


def _are(values: list[object], kind: type) -> bool:
    return 0 < len(values) <= _MOST and all(type(value) is kind for value in values)
