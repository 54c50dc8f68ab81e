"""What tests and people say of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fourfold.store.records import (
        KeptAnswer,
        KeptMatrix,
        MatrixNews,
        MatrixOutline,
        Rating,
        Run,
        Score,
        Stopped,
        TestResult,
    )


class ScoreStore(Protocol):
    """What tests say of runs."""

    def find_evidence(
        self, step: str, text: str, fingerprint: str, others: bool = False
    ) -> Run | None:
        """The first run of this user's of a text, by its hash, that answers this request of a test:
        a later one is no second chance. Else the first one of `others`, where they count."""

    def answers_to_tests(self, step: str) -> list[Run]:
        """The runs of all texts of a step that are of tests, this user's before those of
        others, the oldest first, with their responses."""

    def keep_scores(self, of_runs: Mapping[str, Iterable[Score]]) -> None:
        """Gives runs, by their ids, these scores in place of those that they had. A run that went
        with its version is passed over."""

    def scores(self, run: str) -> list[Score]:
        """The scores of a run, in the order of its test's assertions."""

    def scores_of_step(self, step: str) -> dict[str, list[Score]]:
        """The scores of all runs of a step, by the ids of the runs."""

    def kept_replies(self, question: str, /) -> list[tuple[str, float | None]]:
        """What a judge said to a question, by its hash, first and again, and what each has cost."""

    def keep_reply(self, question: str, attempt: int, reply: str, cost: float | None, /) -> None:
        """Keeps what a judge said to a question, 1 for the first time and 2 for the second."""

    def drawn_order(self, step: str, wanted: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        """Tests and repeats of a step in the order in which they were drawn first. Those that never
        were come last, as they are given, and have their places from then on."""


class RatingStore(Protocol):
    """What people say of runs."""

    def rate(self, rating: Rating) -> None:
        """Keeps a rating in place of the one that the person has given before; one that says
        nothing takes that away."""

    def ratings(self, run: str) -> list[Rating]:
        """The ratings of a run, the oldest first."""


class MatrixStore(Protocol):
    """Matrices of tests: what was compared, and what each answer came to."""

    def begin_matrix(self, matrix: KeptMatrix) -> None:
        """Adds a matrix that this process carries out, without answers; of those of its step the
        oldest go."""

    def add_answers(
        self,
        matrix: str,
        answers: Iterable[KeptAnswer],
        calls: int,
        cached: int,
        cost_usd: float | None,
    ) -> None:
        """Notes answers, and what has been spent so far. A matrix that is gone is passed over."""

    def end_matrix(self, matrix: str, stopped: Stopped, left: Iterable[int]) -> None:
        """Notes how a matrix ended, and the arms that were not asked to the end."""

    def find_matrix(self, step: str, matrix: str | None = None) -> KeptMatrix | None:
        """A matrix of a step by its id, else the last one, of this user's and of others'."""

    def matrix_outlines(self, step: str) -> list[MatrixOutline]:
        """The kept matrices of a step, the newest first."""

    def test_results(self, step: str) -> list[TestResult]:
        """The last result of each text of a step on each test, in this user's matrices."""

    def matrix_news(self) -> list[MatrixNews]:
        """How far all matrices are, the newest first; what has come of those that have ended is not
        counted."""

    def answers(self, matrix: str) -> list[KeptAnswer]:
        """The answers of a matrix in no order, with the figures of runs that are still kept."""
