"""Takes in what others know: versions where there is room, runs, scores and ratings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fourfold.store.facts import Merged
from fourfold.team.lines import (
    RatingLine,
    RunLine,
    ScoreLine,
    VersionLine,
    rating_of,
    run_of,
    score_of,
)
from fourfold.team.reading import read_lines
from fourfold.user.name import user_name
from fourfold.versions.record import SavedText, keep_beside

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.team.lines import AnyLine

_AT_ONCE = 500
_CHARACTERS_AT_ONCE = 8_000_000

Imported = dict[str, Merged]
"""What became of the `versions`, `runs`, `scores` and `ratings`."""


def import_file(project: Project, path: Path) -> Imported:
    """Merges a file that `fourfold export` wrote, here or elsewhere; doing it twice does nothing
    the second time. All of it is looked at before any of it is taken. No file is written, no
    version goes, and the current ones stay.

    Raises FourfoldError, which names the line at fault, and OSError.
    """
    for _ in read_lines(path):
        pass
    merging = _Merging(project)
    for line in read_lines(path):
        merging.take(line)
    merging.flush()
    return {kind: Merged(*(merging.counts[kind, one] for one in Merged._fields)) for kind in _KINDS}


_KINDS = ("versions", "runs", "scores", "ratings")


class _Merging:
    """Takes lines in their order, many in one transaction."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._own = user_name()
        self._waiting: list[RunLine | ScoreLine | RatingLine] = []
        self._characters = 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def take(self, line: AnyLine) -> None:
        if isinstance(line, VersionLine):
            self.counts["versions", self._version(line)] += 1
        elif isinstance(line, (RunLine, ScoreLine, RatingLine)):
            self._waiting.append(line)
            if isinstance(line, RunLine):
                self._characters += len(line.response)
                self._characters += sum(len(one.content) for one in line.messages)
            if len(self._waiting) >= _AT_ONCE or self._characters >= _CHARACTERS_AT_ONCE:
                self.flush()

    def flush(self) -> None:
        """Merges what waits: runs before what is said of them."""
        store, lines = self._project.store, self._waiting
        self._waiting, self._characters = [], 0
        runs = [run_of(line) for line in lines if isinstance(line, RunLine)]
        scores = [score_of(line) for line in lines if isinstance(line, ScoreLine)]
        ratings = [rating_of(line) for line in lines if isinstance(line, RatingLine)]
        self._count("runs", store.merge_runs(runs))
        self._count("scores", store.merge_scores(scores))
        self._count("ratings", store.merge_ratings(ratings, self._own))

    def _count(self, kind: str, merged: Merged) -> None:
        self.counts.update({(kind, one): number for one, number in merged._asdict().items()})

    def _version(self, line: VersionLine) -> str:
        path, step = line.path, line.step
        if self._project.store.state(step) is None:
            file = self._project.step_at(self._project.folder / path)
            if file is None or file.step != step:
                return "left"  # no prompt by the settings of this folder
        return keep_beside(
            self._project.store, SavedText(step, path, line.text, "external"), line.name
        )
