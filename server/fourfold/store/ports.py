"""What is asked of the store of a workspace folder, in the words of those who ask.

A store raises StoreError for the user where it cannot do something. Any thread may call it; calls
are taken one after the other. What it keeps are the rules of versions, so that no writer can break
them: at most `VERSION_CAP` of a step and `PIN_CAP` of them pinned, exactly one of them current, no
text twice, a number that is never used again. It knows runs by the text that was run, and lets them
go with the last version, kept or kept aside, that has that text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from fourfold.store.facts import (
        Added,
        Garbage,
        Holder,
        KnownTexts,
        NewVersion,
        Result,
        StepNow,
        StepState,
        StoredChange,
    )
    from fourfold.store.records import (
        Cause,
        KeptAnswer,
        KeptMatrix,
        Rating,
        Run,
        Score,
        StepHistory,
        StepRun,
        Stopped,
        WorkflowRun,
    )


class Histories(Protocol):
    """The histories of steps while they are changed: until then nobody else changes them.

    A `state` is what was read of a step in the same change, before anything was done to it.
    """

    def state(self, step: str) -> StepState | None:
        """None for a step that was never seen."""

    def history(self, step: str) -> StepHistory | None:
        """The history as it is with what has been done."""

    def text_of(self, state: StepState, number: int) -> str:
        """The text of a version that is kept, or kept aside."""

    def has_runs(self, state: StepState, number: int) -> bool:
        """Whether the text of a kept version was ever run."""

    def is_aside(self, state: StepState, number: int) -> bool:
        """Whether a version is kept aside, as the last that had to go."""

    def begin(self, step: str, path: str, first: NewVersion) -> None:
        """Adds a step that was never seen, `first` being its v1."""

    def add(self, state: StepState, version: NewVersion) -> Added:
        """Adds a version, which becomes current. Where it is one too many another is kept aside: of
        those that other programs made and nobody ran the oldest, else the oldest; never a pinned
        one, and never the one that was current, unless that and the new one are of that kind."""

    def replace(self, state: StepState, version: NewVersion) -> Added:
        """Adds a version in the place of the current one, which alone is then kept aside."""

    def switch(self, state: StepState, number: int) -> None:
        """Makes a kept version current, and forgets what was left unversioned."""

    def leave_unversioned(self, state: StepState, content_hash: str | None) -> None:
        """Remembers that the text on disk is no version."""

    def claim(self, state: StepState, number: int, cause: Cause) -> None:
        """Says who made a version after all."""

    def pin(self, state: StepState, number: int, pinned: bool) -> None: ...

    def name(self, state: StepState, number: int, name: str | None) -> None: ...

    def move(self, state: StepState, path: str) -> None:
        """Remembers that the prompt file is another one now."""

    def rename(self, old: str, new: str, path: str) -> None:
        """Gives a step's history to a step that has none."""

    def last_change(self, state: StepState) -> StoredChange | None:
        """The last addition, replacement or switch that has not been taken back."""

    def take_back(self, state: StepState, change: StoredChange, *, keeps: bool) -> None:
        """Takes the last change back, with the version that was kept aside for it and its runs. The
        version that it made current stays a version where it `keeps` it, else it is kept aside."""


class VersionStore(Protocol):
    """The versions of prompts."""

    def changing(self) -> AbstractContextManager[Histories]:
        """`with store.changing() as histories:` does all of it, or nothing where it raises."""

    def state(self, step: str) -> StepState | None: ...

    def history(self, step: str) -> StepHistory | None:
        """The kept versions of a step, newest first, with their run counts and last runs; None for
        a step that was never seen."""

    def histories(self, steps: Iterable[str]) -> dict[str, StepHistory | None]: ...

    def paths(self) -> dict[str, str]:
        """The steps by the paths of their files below the folder."""

    def step_names(self) -> list[str]: ...

    def text_hashes(self, steps: Sequence[str]) -> dict[str, KnownTexts]:
        """What is known of the texts of those steps that are known."""

    def steps_holding(self, hashes: Collection[str], limit: int) -> dict[str, list[Holder]]:
        """By the hash of a text the steps that keep it, `limit` of each, those whose file had it
        last first."""


class RunStore(Protocol):
    """What carrying out runs asks for; called away from the event loop, through `InStore`."""

    def insert_runs(self, new: Sequence[Run], fingerprints: Sequence[str]) -> None:
        """Adds runs that this process carries out, all or none; NotKeptError where one that has a
        number is of a version that is gone. One without is of its text alone.

        Of a text that has more than 50 runs the oldest go, but for those that answer a test, and
        those that a rating, a score, a workflow run or a later try refers to. Runs for a test push
        out none.
        """

    def update_run(self, run: Run) -> None:
        """Stores status, figures and response; nothing where the run went with its version."""

    def checkpoint(self, texts: Mapping[str, str]) -> None:
        """Stores what has arrived of running responses: run id → text so far."""

    def find_identical(self, fingerprint: str) -> Run | None:
        """The newest run of the same request that a model was really asked, and answered whole."""


class RunLog(Protocol):
    """What has become of runs. Lists have the newest first, and no responses unless it is said."""

    def find_run(self, run_id: str) -> Run | None:
        """The whole run, its response included."""

    def runs_of_version(self, step: str, number: int) -> list[Run]: ...

    def answers_of_version(self, step: str, number: int, limit: int) -> list[Run]:
        """The newest runs of a version that are of no test, with their responses."""

    def run_log(self, steps: Collection[str] | None, limit: int) -> list[Run]:
        """The newest `limit` runs of these steps, else of all."""

    def latest_run(self, step: str, number: int) -> Run | None:
        """The run that speaks for a version, with its response: the newest that succeeded, else the
        newest with a part of a response, else the newest."""

    def is_rated(self, step: str, number: int) -> bool:
        """Whether somebody has rated a run of the version."""

    def end_interrupted_runs(self) -> int:
        """Ends the runs of processes that were killed, keeping what had arrived; how many."""


class WorkflowStore(Protocol):
    """What the steps of a workflow stand on, and its runs."""

    def steps_now(self) -> list[StepNow]:
        """Every step with its current version."""

    def results(self) -> list[Result]:
        """Of each step, recipe and status the newest run, the newest last."""

    def newest_runs(self) -> dict[str, Run]:
        """The newest run of each step that has one, without its response."""

    def find_own(self, step: str, fingerprint: str, recipe: str) -> Run | None:
        """The newest run of the step by this recipe, if the same request was answered whole."""

    def begin_workflow_run(self, run: WorkflowRun) -> None:
        """Adds a workflow run that this process carries out, or takes over an interrupted one."""

    def end_workflow_run(self, run: WorkflowRun) -> None:
        """Stores how a workflow run ended."""

    def add_step_run(self, workflow_run: str, step_run: StepRun) -> None:
        """Notes how a step went; a later note about the same step replaces it."""

    def workflow_runs(self, limit: int) -> list[WorkflowRun]:
        """The newest workflow runs first."""

    def find_workflow_run(self, run_id: str) -> WorkflowRun | None: ...

    def step_runs(self, workflow_run: str) -> list[StepRun]:
        """How each step went in a workflow run, in no order."""

    def interrupted_workflow_runs(self) -> list[WorkflowRun]:
        """The workflow runs whose process was killed, the oldest first."""


class ScoreStore(Protocol):
    """What tests say of runs."""

    def find_evidence(self, step: str, text: str, fingerprint: str) -> Run | None:
        """The first run of a text, by its hash, that answers this request of a test: a later one is
        no second chance."""

    def answers_to_tests(self, step: str) -> list[Run]:
        """The runs of all texts of a step that are of tests, the oldest first, with their
        responses."""

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
        """A matrix of a step by its id, else the last one."""

    def answers(self, matrix: str) -> list[KeptAnswer]:
        """The answers of a matrix in no order, with the figures of runs that are still kept."""


class Store(
    VersionStore, RunStore, RunLog, WorkflowStore, ScoreStore, RatingStore, MatrixStore, Protocol
):
    """All that is kept of a workspace folder, while it is open."""

    def is_in_place(self) -> bool:
        """Whether what is written still goes where the next one that opens the store finds it."""

    def reopen(self) -> str:
        """Goes on after somebody has deleted the store, and says what became of it."""

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since this was last asked."""

    def garbage(self) -> Garbage:
        """What `collect` would free; nothing changes."""

    def collect(self) -> Garbage:
        """Frees the workflow runs but for the newest 50, and the runs that nothing refers to."""

    def close(self) -> None: ...
