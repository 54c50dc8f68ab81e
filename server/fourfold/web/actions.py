"""What the page can ask to be done."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fourfold.errors import InvalidArgumentError

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
