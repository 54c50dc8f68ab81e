"""What has come down from the team, into the folder's store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.team.lines import (
    LineError,
    RatingLine,
    RunLine,
    ScoreLine,
    rating_of,
    read_line,
    run_of,
    score_of,
)
from fourfold.team.matrix_lines import (
    AnswersLine,
    MatrixLine,
    answers_of,
    matrix_of,
    read_matrix_line,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.project.project import Project
    from fourfold.store.facts import Received
    from fourfold.store.ports.team import Team


def receive(project: Project, team: Team, own: str) -> int:
    """Takes in all that has come since the last time, and all about texts that are new here; how
    many runs, scores and ratings were added. `own` is the user's name in this folder's ratings."""
    settings, store = project.settings.team, project.store
    ignored = settings.ignores if settings else ()
    if ignored:
        store.forget_authors(ignored)
    added = 0
    # First, since what comes later is asked for once more, and not missed.
    if texts := store.new_texts():
        seq = 0
        while found := team.pull(seq, ignored, texts):
            seq = found[-1].seq
            added += _take(project, team, found, own)
        store.asked_about(texts)
    joined = store.joined()
    seq = joined.seen if joined else 0
    while found := team.pull(seq, ignored):
        seq = found[-1].seq
        added += _take(project, team, found, own)
        store.came_down(seq)
    return added


def _take(project: Project, team: Team, found: Sequence[Received], own: str) -> int:
    """A line that is none is passed over: it may be a newer client's, or somebody's bad joke."""
    runs, scores, ratings = [], [], []
    for received in found:
        try:
            if received.kind in ("matrix", "answers", "state"):
                _take_matrix(project, received)
                continue
            line = read_line(received.line)
        except LineError:
            continue
        if isinstance(line, RunLine):
            line.by = received.author  # whatever the line itself says
            runs.append(run_of(line))
        elif isinstance(line, ScoreLine):
            scores.append(score_of(line))
        elif isinstance(line, RatingLine):
            line.person = own if received.author == team.person else received.author
            ratings.append(rating_of(line))
    store = project.store
    merged = (store.merge_runs(runs), store.merge_scores(scores), store.merge_ratings(ratings, own))
    return sum(one.added for one in merged)


def _take_matrix(project: Project, received: Received) -> None:
    store, author = project.store, received.author
    line = read_matrix_line(received.line)
    if isinstance(line, MatrixLine):
        store.merge_matrix(matrix_of(line, author))
    elif isinstance(line, AnswersLine):
        store.merge_answers(line.matrix, author, answers_of(line))
    else:
        store.merge_state(line.matrix, author, state_of(line))
