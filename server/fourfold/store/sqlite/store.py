"""The store of one workspace folder: its database, and who owns the runs that go on in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from fourfold.store.sqlite import garbage, results, runs, scores, versions, workflow_runs
from fourfold.store.sqlite.opening import open_database
from fourfold.store.sqlite.sessions import Session
from fourfold.store.state_folder import state_folder

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from fourfold.store.facts import Garbage, Holder, KnownTexts, Result, StepNow, StepState
    from fourfold.store.records import Run, Score, StepHistory, StepRun, WorkflowRun
    from fourfold.store.sqlite.database import Database, Transaction
    from fourfold.store.sqlite.ownership import OwnDatabases

P = ParamSpec("P")
T = TypeVar("T")


class _RolledBackError(Exception):
    """Takes a transaction back that was only to be looked at."""

    def __init__(self, garbage: Garbage) -> None:
        self.garbage = garbage


class Store:
    """What is kept of a workspace folder.

    Every method raises StoreError for the user where the database cannot do it. Any thread may
    call; calls are taken one after the other.
    """

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

    def transaction(self) -> Transaction:
        """A write transaction; the functions of store.versions work inside it."""
        return self._database.transaction()

    def is_in_place(self) -> bool:
        """Whether the database has not been deleted or set aside by somebody."""
        return self._database.is_in_place()

    def reopen(self) -> str:
        """Goes on after the database was deleted, and says what became of it; see `reopen` of
        `store.deleted`."""
        from fourfold.store.sqlite.deleted import reopen

        with self._lock:
            notice = reopen(self._database, self.folder)
            self._session.renew()
        return notice

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since this was last asked."""
        with self._lock:
            return self._database.changed_elsewhere()

    def history(self, step: str) -> StepHistory | None:
        """The kept versions of a step; None for a step that was never seen."""
        return self._read(versions.history, step)

    def state(self, step: str) -> StepState | None:
        return self._read(versions.step_state, step)

    def paths(self) -> dict[str, str]:
        """The steps by the paths of their files below the folder."""
        return self._read(versions.paths)

    def step_names(self) -> list[str]:
        return self._read(versions.step_names)

    def text_hashes(self, steps: Sequence[str]) -> dict[str, KnownTexts]:
        """What is known of the texts of those steps that are known."""
        return self._read(versions.text_hashes, steps)

    def steps_holding(self, hashes: Collection[str], limit: int) -> dict[str, list[Holder]]:
        """By the hash of a text the steps that keep it, `limit` of each, those whose file had it
        last first."""
        return self._read(versions.steps_holding, hashes, limit)

    def histories(self, steps: Iterable[str]) -> dict[str, StepHistory | None]:
        """`history` of several steps."""
        return {step: self.history(step) for step in steps}

    def insert_runs(self, new: Sequence[Run], fingerprints: Sequence[str]) -> None:
        """Adds runs that this process will carry out."""
        with self.transaction() as connection:
            runs.insert_runs(connection, new, fingerprints, self._session.begin())

    def update_run(self, run: Run) -> None:
        """Stores a run's status, figures and response; nothing where it went with its version."""
        with self.transaction() as connection:
            runs.update_runs(connection, [run])

    def checkpoint(self, texts: Mapping[str, str]) -> None:
        """Stores what has arrived of running responses: run id → text so far."""
        with self.transaction() as connection:
            runs.checkpoint(connection, texts)

    def find_identical(self, fingerprint: str) -> Run | None:
        """The newest succeeded run of the same request."""
        return self._read(runs.find_identical, fingerprint)

    def find_own(self, step: str, fingerprint: str, recipe: str) -> Run | None:
        """The newest run of the step by this recipe, if it succeeded with the same request."""
        return self._read(runs.find_own, step, fingerprint, recipe)

    def find_run(self, run_id: str) -> Run | None:
        return self._read(runs.find_run, run_id)

    def runs_of_version(self, step: str, number: int) -> list[Run]:
        """The runs of a version, newest first, without their responses."""
        return self._read(runs.runs_of_version, step, number)

    def answers_of_version(self, step: str, number: int, limit: int) -> list[Run]:
        """The newest runs of a version that are of no test, newest first, with their responses."""
        return self._read(runs.answers_of_version, step, number, limit)

    def answers_to_tests(self, step: str) -> list[Run]:
        """The runs of tests of a step, the oldest first, with their responses."""
        return self._read(runs.answers_to_tests, step)

    def run_log(self, steps: Collection[str] | None, limit: int) -> list[Run]:
        """The newest `limit` runs of these steps, else of all, without their responses."""
        return self._read(runs.newest_runs, steps, limit)

    def tries_before(self, run_id: str) -> list[Run]:
        """The runs before this one whose responses did not fit, the first one first."""
        return self._read(runs.tries_before, run_id)

    def find_evidence(self, step: str, text: str, fingerprint: str) -> Run | None:
        """The first run of a text, by its hash, that answers this request of a test."""
        return self._read(runs.find_evidence, step, text, fingerprint)

    def keep_scores(self, of_runs: Mapping[str, Iterable[Score]]) -> None:
        """Gives runs, by their ids, these scores in place of those that they had."""
        with self.transaction() as connection:
            scores.keep_scores(connection, of_runs)

    def scores(self, run: str) -> list[Score]:
        """The scores of a run, in the order of its test's assertions."""
        return self._read(scores.scores_of, run)

    def scores_of_step(self, step: str) -> dict[str, list[Score]]:
        """The scores of all runs of a step, by the ids of the runs."""
        return self._read(scores.scores_of_step, step)

    def drawn_order(self, step: str, wanted: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        """Tests and repeats in the order in which they were drawn first; new ones come last, as
        they are given, and keep that place."""
        with self.transaction() as connection:
            return scores.drawn_order(connection, step, wanted)

    def is_rated(self, step: str, number: int) -> bool:
        """Whether somebody has rated a run of the version."""
        return self._read(runs.is_rated, step, number)

    def latest_run(self, step: str, number: int) -> Run | None:
        """The run that speaks for a version, with its response: the newest that succeeded, else the
        newest with a part of a response, else the newest."""
        return self._read(runs.latest_run, step, number)

    def end_interrupted_runs(self) -> int:
        """Ends the runs of processes that were killed, keeping what had arrived; how many."""
        gone = [o for o in self._read(runs.unfinished_owners) if self._session.is_gone(o)]
        if not gone:
            return 0
        with self.transaction() as connection:
            return sum(runs.mark_interrupted(connection, owner) for owner in gone)

    def steps_now(self) -> list[StepNow]:
        """Every step with its current version."""
        return self._read(results.steps_now)

    def results(self) -> list[Result]:
        """What the runs that count for the workflow came to, the newest last."""
        return self._read(results.results)

    def newest_runs(self) -> dict[str, Run]:
        """The newest run of each step that has one, without its response."""
        return self._read(results.newest_runs)

    def begin_workflow_run(self, run: WorkflowRun) -> None:
        """Adds a workflow run that this process carries out, or takes over an interrupted one."""
        with self.transaction() as connection:
            workflow_runs.insert(connection, run, self._session.begin())

    def end_workflow_run(self, run: WorkflowRun) -> None:
        with self.transaction() as connection:
            workflow_runs.end(connection, run)

    def add_step_run(self, workflow_run: str, step_run: StepRun) -> None:
        """Notes how a step went in a workflow run."""
        with self.transaction() as connection:
            workflow_runs.add_step_run(connection, workflow_run, step_run)

    def workflow_runs(self, limit: int) -> list[WorkflowRun]:
        """The newest workflow runs first."""
        return [self._as_it_stands(*owned) for owned in self._read(workflow_runs.newest, limit)]

    def find_workflow_run(self, run_id: str) -> WorkflowRun | None:
        found = self._read(workflow_runs.find, run_id)
        return self._as_it_stands(*found[0]) if found else None

    def step_runs(self, workflow_run: str) -> list[StepRun]:
        """How each step went in a workflow run, in no order."""
        return self._read(workflow_runs.step_runs, workflow_run)

    def interrupted_workflow_runs(self) -> list[WorkflowRun]:
        """The workflow runs whose process was killed, the oldest first."""
        found = [self._as_it_stands(*owned) for owned in self._read(workflow_runs.unfinished)]
        return [run for run in found if run.status == "interrupted"]

    def _as_it_stands(self, owner: str, run: WorkflowRun) -> WorkflowRun:
        if run.status != "running" or not self._session.is_gone(owner):
            return run
        return replace(run, status="interrupted", error=workflow_runs.INTERRUPTED)

    def garbage(self) -> Garbage:
        """What `collect` would free; nothing changes."""
        try:
            with self.transaction() as connection:
                raise _RolledBackError(garbage.collect(connection))
        except _RolledBackError as found:
            return found.garbage

    def collect(self) -> Garbage:
        """Frees what nothing refers to, and gives unused space back to the disk."""
        with self.transaction() as connection:
            freed = garbage.collect(connection)
        with self._lock, self._database.errors_told():
            self._database.limit(float("inf"))
            self._database.connection.execute("VACUUM")
        return freed

    def close(self) -> None:
        with self._lock:
            self._session.end()
            self._database.close()

    def _read(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        with self._lock, self._database.errors_told():
            return function(self._database.connection, *args, **kwargs)
