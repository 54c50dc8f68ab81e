"""Keeps what a matrix comes to while it goes on, many answers together where many come together."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

from fourfold.store.records import KeptAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.app.engine import Engine
    from fourfold.evals.matrix.results import Answer
    from fourfold.store.ports.store import Store
    from fourfold.store.records import KeptMatrix, Score, Stopped

_AT_ONCE = 200
_LONGEST_S = 1.0  # that an answer waits to be stored


class Spent(NamedTuple):
    """Calls of a matrix so far, answers that were there before, and dollars."""

    calls: int
    cached: int
    cost_usd: float | None


class Keeper:
    """The rows of one matrix. Every method raises StoreError."""

    def __init__(self, matrix: str, engine: Engine) -> None:
        self._matrix = matrix
        self._engine = engine
        self._answers: list[KeptAnswer] = []
        self._scores: dict[str, Sequence[Score]] = {}
        self._stored_at = time.monotonic()

    async def begin(self, matrix: KeptMatrix) -> None:
        await self._engine.in_store(lambda store: store.begin_matrix(matrix))

    def add(self, arm: int, place: int, answer: Answer, scores: Sequence[Score]) -> None:
        """Takes an answer, and the scores of its run."""
        row = KeptAnswer(
            arm,
            place,
            answer.passed,
            answer.score,
            answer.reason,
            answer.response,
            answer.agreements.count(True),
            answer.agreements.count(False),
            answer.run,
        )
        self._answers.append(row)
        if answer.run is not None and scores:
            self._scores[answer.run] = scores

    async def store_some(self, spent: Spent) -> None:
        """Stores what has come, if that is much or has waited long."""
        waited = time.monotonic() - self._stored_at
        if len(self._answers) >= _AT_ONCE or waited > _LONGEST_S:
            await self._store_all(spent)

    async def end(self, stopped: Stopped, left: Sequence[int], spent: Spent) -> None:
        """Stores all, and how it ended; `left` are arms that were not asked to the end."""
        await self._store_all(spent)
        await self._engine.in_store(lambda store: store.end_matrix(self._matrix, stopped, left))

    async def _store_all(self, spent: Spent) -> None:
        answers, self._answers = self._answers, []
        scores, self._scores = self._scores, {}
        self._stored_at = time.monotonic()
        # What is on its way is stored, even if the one who waits for it is cancelled.
        storing = self._engine.in_store(
            lambda store: self._store_both(store, answers, scores, spent)
        )
        await asyncio.shield(storing)

    def _store_both(
        self,
        store: Store,
        answers: Sequence[KeptAnswer],
        scores: Mapping[str, Sequence[Score]],
        spent: Spent,
    ) -> None:
        if scores:
            store.keep_scores(scores)
        store.add_answers(self._matrix, answers, *spent)
