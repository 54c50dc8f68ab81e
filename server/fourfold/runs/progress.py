"""How far a group of runs has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.runs import estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.store.records import Run


@dataclass(frozen=True, slots=True)
class Progress:
    """`tokens` are those of the responses so far: reported where known, else estimated."""

    done: int
    total: int
    failed: int
    tokens: int

    @property
    def percentage(self) -> int:
        """Of the runs, 0 to 100."""
        return 100 * self.done // self.total if self.total else 100

    @property
    def finished(self) -> bool:
        return self.done == self.total


def progress(runs: Iterable[Run]) -> Progress:
    """The progress of `runs` as they stand."""
    seen = list(runs)
    return Progress(
        done=sum(run.finished for run in seen),
        total=len(seen),
        failed=sum(run.status == "failed" for run in seen),
        tokens=sum(_tokens(run) for run in seen),
    )


def _tokens(run: Run) -> int:
    if run.output_tokens is not None:
        return run.output_tokens
    return estimate.tokens(len(run.response))
