"""Scores as rows, what judges said, and the order in which the tests of a step were drawn."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from fourfold.store.records import Score

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

_COLUMNS = [field.name for field in fields(Score)]
_values = attrgetter(*_COLUMNS)


def keep_scores(connection: sqlite3.Connection, scores: Mapping[str, Iterable[Score]]) -> None:
    connection.executemany("DELETE FROM scores WHERE run = ?", [(run,) for run in scores])
    connection.executemany(
        f"INSERT INTO scores ({', '.join(_COLUMNS)}) SELECT {', '.join('?' * len(_COLUMNS))} "
        "WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?)",
        [(*_values(score), run) for run, its in scores.items() for score in its],
    )


def scores_of(connection: sqlite3.Connection, run: str) -> list[Score]:
    rows = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM scores WHERE run = ? ORDER BY assertion", (run,)
    )
    return [_with_truth(Score(*row)) for row in rows]


def scores_of_step(connection: sqlite3.Connection, step: str) -> dict[str, list[Score]]:
    rows = connection.execute(
        f"SELECT {', '.join(f'c.{name}' for name in _COLUMNS)} FROM scores c "
        "JOIN runs r ON r.id = c.run JOIN steps s ON s.id = r.step_id WHERE s.name = ? "
        "ORDER BY c.run, c.assertion",
        (step,),
    )
    found: dict[str, list[Score]] = {}
    for row in rows:
        score = _with_truth(Score(*row))
        found.setdefault(score.run, []).append(score)
    return found


def kept_replies(connection: sqlite3.Connection, question: str) -> list[tuple[str, float | None]]:
    """What a judge said to a question, by its hash, when it was asked first and again, and what
    each has cost."""
    rows = connection.execute(
        "SELECT reply, cost_usd FROM judgements WHERE question = ? ORDER BY attempt", (question,)
    )
    return [(reply, cost) for reply, cost in rows]


def keep_reply(
    connection: sqlite3.Connection, question: str, attempt: int, reply: str, cost: float | None
) -> None:
    """Keeps what a judge said to a question, 1 for the first time and 2 for the second."""
    connection.execute(
        "INSERT INTO judgements (question, attempt, reply, cost_usd, asked) "
        "VALUES (?, ?, ?, ?, strftime('%Y-%m-%d %H:%M:%f', 'now')) ON CONFLICT DO NOTHING",
        (question, attempt, reply, cost),
    )


def _with_truth(score: Score) -> Score:
    passed = None if score.passed is None else bool(score.passed)
    return replace(score, negated=bool(score.negated), passed=passed)


def drawn_order(
    connection: sqlite3.Connection, step: str, wanted: Sequence[tuple[str, int]]
) -> list[tuple[str, int]]:
    (step_id,) = connection.execute("SELECT id FROM steps WHERE name = ?", (step,)).fetchone()
    connection.executemany(
        "INSERT INTO drawn (step_id, test, repeat) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(step_id, test, repeat) for test, repeat in wanted],
    )
    rows = connection.execute(
        "SELECT test, repeat FROM drawn WHERE step_id = ? ORDER BY place", (step_id,)
    )
    asked = set(wanted)
    return [(test, repeat) for test, repeat in rows if (test, repeat) in asked]
