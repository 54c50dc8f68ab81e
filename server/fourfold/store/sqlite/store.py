"""The store of one workspace folder: its database, and who owns the runs that go on in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from fourfold.store.sqlite import batches as batch_rows
from fourfold.store.sqlite import (
    exchange,
    garbage,
    matrices,
    runs,
    shared_matrices,
    sharing,
    versions,
)
from fourfold.store.sqlite import ratings as rating_rows
from fourfold.store.sqlite import results as result_rows
from fourfold.store.sqlite import scores as score_rows
from fourfold.store.sqlite import workflow_runs as workflow_rows
from fourfold.store.sqlite.histories import SqliteHistories
from fourfold.store.sqlite.opening import open_database
from fourfold.store.sqlite.sessions import Session
from fourfold.store.state_folder import state_folder

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from fourfold.store.facts import Garbage
    from fourfold.store.records import KeptMatrix, MatrixNews, Run, StepHistory, WorkflowRun
    from fourfold.store.sqlite.database import Database, Transaction
    from fourfold.store.sqlite.ownership import OwnDatabases

P = ParamSpec("P")
T = TypeVar("T")


class _RolledBackError(Exception):
    """Takes a transaction back that was only to be looked at."""

    def __init__(self, garbage: Garbage) -> None:
        self.garbage = garbage


def _reading(
    ask: Callable[Concatenate[sqlite3.Connection, P], T],
) -> Callable[Concatenate[SqliteStore, P], T]:
    """`ask` as a method."""

    def method(store: SqliteStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with store._lock, store._database.errors_told():
            return ask(store._database.connection, *args, **kwargs)

    return method


def _writing(
    ask: Callable[Concatenate[sqlite3.Connection, P], T],
) -> Callable[Concatenate[SqliteStore, P], T]:
    """`ask` as a method, in a transaction of its own."""

    def method(store: SqliteStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with store._database.transaction() as connection:
            return ask(connection, *args, **kwargs)

    return method


class SqliteStore:
    """The port `Store`. Which function asks the database for what stands here, line by line."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._database = database
        self._session = Session(state_folder(folder))
        self._lock = database.lock

    @classmethod
    def open(cls, folder: Path, own: OwnDatabases | None = None) -> tuple[Self, str | None]:
        """The store below `folder` and a notice for the user, if any; see `open_database`. `own`
        are the user's databases, which are kept for good unless it says otherwise."""
        database, notice = open_database(folder, own)
        return cls(folder, database), notice

    state = _reading(versions.step_state)
    history = _reading(versions.history)
    paths = _reading(versions.paths)
    step_names = _reading(versions.step_names)
    text_hashes = _reading(versions.text_hashes)
    steps_holding = _reading(versions.steps_holding)

    find_run = _reading(runs.find_run)
    find_identical = _reading(runs.find_identical)
    _is_asked_elsewhere = _reading(runs.is_asked_elsewhere)
    find_own = _reading(runs.find_own)
    find_evidence = _reading(runs.find_evidence)
    runs_of_version = _reading(runs.runs_of_version)
    answers_of_version = _reading(runs.answers_of_version)
    answers_to_tests = _reading(runs.answers_to_tests)
    run_log = _reading(runs.newest_runs)
    latest_run = _reading(runs.latest_run)
    is_rated = _reading(runs.is_rated)
    update_run = _writing(runs.update_run)
    checkpoint = _writing(runs.checkpoint)

    steps_now = _reading(result_rows.steps_now)
    results = _reading(result_rows.results)
    newest_runs = _reading(result_rows.newest_runs)
    step_runs = _reading(workflow_rows.step_runs)
    end_workflow_run = _writing(workflow_rows.end)
    add_step_run = _writing(workflow_rows.add_step_run)

    scores = _reading(score_rows.scores_of)
    scores_of_step = _reading(score_rows.scores_of_step)
    keep_scores = _writing(score_rows.keep_scores)
    kept_replies = _reading(score_rows.kept_replies)
    keep_reply = _writing(score_rows.keep_reply)
    drawn_order = _writing(score_rows.drawn_order)

    rate = _writing(rating_rows.rate)
    ratings = _reading(rating_rows.ratings_of)

    runs_after = _reading(exchange.runs_after)
    merge_runs = _writing(exchange.merge_runs)
    merge_scores = _writing(exchange.merge_scores)
    merge_ratings = _writing(exchange.merge_ratings)

    joined = _reading(sharing.joined)
    join = _writing(sharing.join)
    leave = _writing(sharing.leave)
    outgoing = _writing(sharing.outgoing)
    waiting = _reading(sharing.waiting)
    went_up = _writing(sharing.went_up)
    came_down = _writing(sharing.came_down)
    new_texts = _reading(sharing.new_texts)
    asked_about = _writing(sharing.asked_about)
    forget_authors = _writing(sharing.forget_authors)

    keep_batch = _writing(batch_rows.keep_batch)
    batches = _reading(batch_rows.batches)
    forget_batch = _writing(batch_rows.forget_batch)

    outgoing_matrices = _reading(shared_matrices.outgoing)
    matrices_went_up = _writing(shared_matrices.went_up)
    merge_matrix = _writing(shared_matrices.merge)
    merge_answers = _writing(shared_matrices.merge_answers)
    merge_state = _writing(shared_matrices.merge_state)

    add_answers = _writing(matrices.add_answers)
    end_matrix = _writing(matrices.end)
    find_matrix = _reading(matrices.find)
    matrix_outlines = _reading(matrices.outlines)
    test_results = _reading(matrices.last_results)
    answers = _reading(matrices.answers_of)

    def changing(self) -> Transaction[SqliteHistories]:
        return self._database.changing(SqliteHistories)

    def histories(self, steps: Iterable[str]) -> dict[str, StepHistory | None]:
        return {step: self.history(step) for step in steps}

    def insert_runs(self, new: Sequence[Run], fingerprints: Sequence[str]) -> None:
        with self._database.transaction() as connection:
            runs.insert_runs(connection, new, fingerprints, self._session.begin())

    def end_interrupted_runs(self) -> int:
        owners = {*self._unfinished_owners(), *self._unfinished_matrices()}
        gone = [owner for owner in owners if self._session.is_gone(owner)]
        if not gone:
            return 0
        with self._database.transaction() as connection:
            for owner in gone:
                matrices.mark_interrupted(connection, owner)
            return sum(runs.mark_interrupted(connection, owner) for owner in gone)

    def is_asked_elsewhere(self, run_id: str) -> bool:
        if not self._is_asked_elsewhere(run_id):
            return False
        return not self.end_interrupted_runs() or self._is_asked_elsewhere(run_id)

    def begin_matrix(self, matrix: KeptMatrix) -> None:
        with self._database.transaction() as connection:
            matrices.begin(connection, matrix, self._session.begin())

    def matrix_news(self) -> list[MatrixNews]:
        found = self._news()
        gone = {
            owner: owner is None or (owner != "others" and self._session.is_gone(owner))
            for owner, one in found
            if one.goes_on
        }
        return [replace(one, goes_on=one.goes_on and not gone[owner]) for owner, one in found]

    def begin_workflow_run(self, run: WorkflowRun) -> None:
        with self._database.transaction() as connection:
            workflow_rows.insert(connection, run, self._session.begin())

    def workflow_runs(self, limit: int) -> list[WorkflowRun]:
        return [self._as_it_stands(*owned) for owned in self._newest_workflow_runs(limit)]

    def find_workflow_run(self, run_id: str) -> WorkflowRun | None:
        found = self._owned_workflow_run(run_id)
        return self._as_it_stands(*found) if found else None

    def interrupted_workflow_runs(self) -> list[WorkflowRun]:
        found = [self._as_it_stands(*owned) for owned in self._unfinished_workflow_runs()]
        return [run for run in found if run.status == "interrupted"]

    def is_in_place(self) -> bool:
        return self._database.is_in_place()

    def reopen(self) -> str:
        from fourfold.store.sqlite.deleted import reopen

        with self._lock:
            notice = reopen(self._database, self.folder)
            self._session.renew()
        return notice

    def changed_elsewhere(self) -> bool:
        with self._lock:
            return self._database.changed_elsewhere()

    def garbage(self) -> Garbage:
        try:
            with self._database.transaction() as connection:
                raise _RolledBackError(garbage.collect(connection))
        except _RolledBackError as found:
            return found.garbage

    def collect(self) -> Garbage:
        with self._database.transaction() as connection:
            freed = garbage.collect(connection)
        with self._lock, self._database.errors_told():
            self._database.limit(float("inf"))
            self._database.connection.execute("VACUUM")
        return freed

    def close(self) -> None:
        with self._lock:
            self._session.end()
            self._database.close()

    _news = _reading(shared_matrices.news)
    _unfinished_matrices = _reading(matrices.unfinished_owners)
    _unfinished_owners = _reading(runs.unfinished_owners)
    _newest_workflow_runs = _reading(workflow_rows.newest)
    _owned_workflow_run = _reading(workflow_rows.find)
    _unfinished_workflow_runs = _reading(workflow_rows.unfinished)

    def _as_it_stands(self, owner: str, run: WorkflowRun) -> WorkflowRun:
        if run.status != "running" or not self._session.is_gone(owner):
            return run
        return replace(run, status="interrupted", error=workflow_rows.INTERRUPTED)
