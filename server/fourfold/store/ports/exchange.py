"""What is asked so that people can give each other what they know of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.store.facts import Merged, SharedRun
    from fourfold.store.records import Rating, Score


class Exchange(Protocol):
    """Runs with all that is said of them, as they leave and as those of others come in.

    What comes in is known by its id: what is here already stays as it is, and nothing is there
    twice, however often it comes.
    """

    def runs_after(self, place: int) -> list[SharedRun]:
        """The next runs behind a place that have ended, the oldest first: a few megabytes of them,
        none where there are no more."""

    def merge_runs(self, runs: Sequence[SharedRun]) -> Merged:
        """Adds runs of others, which have an `author`. One belongs to the step that has its text,
        that of its own name first, else to the step of its name; what no step is there for is
        left."""

    def merge_scores(self, scores: Sequence[Score]) -> Merged:
        """Adds scores of runs of others; no file says what a run of this user's is worth."""

    def merge_ratings(self, ratings: Sequence[Rating], own: str) -> Merged:
        """Adds ratings, the later one where a person has given two. Nobody else rates a run of this
        user's, whose name is `own`, in that name."""
