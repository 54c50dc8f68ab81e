"""All that is asked of the store of a workspace folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fourfold.store.ports.batches import BatchStore
from fourfold.store.ports.exchange import Exchange
from fourfold.store.ports.runs import RunLog, RunStore
from fourfold.store.ports.team import Sharing
from fourfold.store.ports.verdicts import MatrixStore, RatingStore, ScoreStore
from fourfold.store.ports.versions import VersionStore
from fourfold.store.ports.workflow import WorkflowStore

if TYPE_CHECKING:
    from fourfold.store.facts import Garbage


class Store(
    VersionStore,
    RunStore,
    RunLog,
    WorkflowStore,
    ScoreStore,
    RatingStore,
    MatrixStore,
    BatchStore,
    Exchange,
    Sharing,
    Protocol,
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
        """Frees what is older than the newest WORKFLOW_RUNS workflow runs and the newest JUDGEMENTS
        of what judges said, then the runs but for the newest RUNS_OF_A_TEXT of each text, those
        that answer a test and those that something refers to."""

    def close(self) -> None: ...
