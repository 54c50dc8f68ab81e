"""Runs as rows: which columns there are is said by the fields of `Run`, and by nothing else."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from fourfold.store.records import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ELSEWHERE = ("step", "version", "place", "tries")
"""Fields that other tables say, or the database by itself."""

_FIXED = ("id", "hash", "test", "repeat", "model", "inputs", "messages", "recipe")
"""Columns that never change once a run is stored."""

_LARGE = ("inputs", "messages", "parameters", "response", "recipe", "output", "value")
"""Columns that a summary leaves out."""

COLUMNS = [field.name for field in fields(Run) if field.name not in _ELSEWHERE]
CHANGING = [name for name in COLUMNS if name not in _FIXED]
_SUMMARY = [name for name in COLUMNS if name not in _LARGE]


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _listed(value: Sequence[object]) -> str:
    return _as_json(list(value)) if value else "[]"


def _moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="milliseconds") if value else None


def _as_tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "started": _moment,
    "truncated": int,
    "cached": int,
    "used_examples": _listed,
    "adjustments": _listed,
    "messages": _listed,
    "inputs": _as_json,
    "parameters": _as_json,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "started": lambda text: datetime.fromisoformat(text) if text else None,
    "truncated": bool,
    "cached": bool,
    "used_examples": _as_tuple,
    "adjustments": _as_tuple,
    "messages": json.loads,
    "inputs": json.loads,
    "parameters": json.loads,
}

_NUMBER = (
    "coalesce((SELECT number FROM versions v WHERE v.step_id = r.step_id AND v.hash = r.hash), "
    "(SELECT number FROM pushed_out p WHERE p.step_id = r.step_id AND p.hash = r.hash))"
)


class Selection:
    """Some columns of runs `r` of steps `s`, to be selected and read into a `Run`.

    Of so many rows the run is `kept`, and is the same object where the same row is read again.
    """

    def __init__(self, columns: Sequence[str], kept: int = 0) -> None:
        self.sql = ", ".join(["s.name", _NUMBER, "r.place", *(f"r.{name}" for name in columns)])
        self._names = ["step", "version", "place", *columns]
        self._read = [(name, _READ[name]) for name in columns if name in _READ]
        self.run: Callable[[tuple[Any, ...]], Run] = lru_cache(kept)(self._run)
        """The run that a row stands for."""

    def _run(self, row: tuple[Any, ...]) -> Run:
        values = dict(zip(self._names, row, strict=True))
        for name, read in self._read:
            values[name] = read(values[name])
        return Run(**values)


SUMMARY = Selection(_SUMMARY, kept=8192)
ANSWER = Selection([*_SUMMARY, "response"])
ASKED = Selection([*_SUMMARY, "inputs", "response"])
WHOLE = Selection(COLUMNS)


def row_of(columns: Sequence[str]) -> Callable[[Run], list[Any]]:
    """A function that gives the values of these columns for a run."""
    values = attrgetter(*columns)
    written = [(index, _WRITTEN[name]) for index, name in enumerate(columns) if name in _WRITTEN]

    def row(run: Run) -> list[Any]:
        found = list(values(run))
        for index, write in written:
            found[index] = write(found[index])
        return found

    return row
