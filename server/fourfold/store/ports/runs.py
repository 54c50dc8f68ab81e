"""What is asked of runs: carrying them out, and what has become of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fourfold.store.records import Run


class RunStore(Protocol):
    """What carrying out runs asks for; called away from the event loop, through `InStore`."""

    def insert_runs(self, new: Sequence[Run], fingerprints: Sequence[str]) -> None:
        """Adds runs that this process carries out, all or none; NotKeptError where one that has a
        number is of a version that is gone. One without is of its text alone.

        Of a text that has more than RUNS_OF_A_TEXT runs the oldest go, but for those that answer a
        test, and those that a rating, a score, a workflow run or a later try refers to. Runs for a
        test push out none.
        """

    def update_run(self, run: Run) -> None:
        """Stores status, figures and response; nothing where the run went with its version."""

    def checkpoint(self, texts: Mapping[str, str]) -> None:
        """Stores what has arrived of running responses: run id → text so far."""

    def find_identical(self, fingerprint: str, others: bool = False) -> Run | None:
        """The newest run of this user's of the same request that a model was really asked, and
        answered whole; else one of `others`, where they count."""

    def is_asked_elsewhere(self, run_id: str) -> bool:
        """Whether another process, which is still there, goes on with a run of the same request
        that was added before this one."""


class RunLog(Protocol):
    """What has become of runs. Lists have the newest first, and no responses unless it is said."""

    def find_run(self, run_id: str) -> Run | None:
        """The whole run, its response included."""

    def runs_of_version(self, step: str, number: int) -> list[Run]: ...

    def answers_of_version(self, step: str, number: int, limit: int) -> list[Run]:
        """The newest runs of a version that are of no test, with inputs and responses."""

    def run_log(self, steps: Collection[str] | None, limit: int) -> list[Run]:
        """The newest `limit` runs of these steps, else of all."""

    def latest_run(self, step: str, number: int, test: str | None = None) -> Run | None:
        """The run that speaks for a version, with its response: the newest of this user's that
        succeeded, else that has a part of a response, else the newest; else one of others. With
        `test` of those with its inputs; else one of no test, where there is one."""

    def is_rated(self, step: str, number: int) -> bool:
        """Whether somebody has rated a run of the version."""

    def end_interrupted_runs(self) -> int:
        """Ends the runs of processes that were killed, keeping what had arrived; how many."""
