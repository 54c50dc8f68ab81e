"""What waits in a folder's outbox, as lines for the team."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.prompts.privacy import is_private
from fourfold.store.facts import Sent
from fourfold.team import lines, matrix_lines
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.project.project import Project
    from fourfold.store.facts import Kind, Outgoing, OutgoingMatrix, SharedRun
    from fourfold.store.ports.team import Team
    from fourfold.team.lines import Line


def send(project: Project, team: Team, own: str) -> int:
    """Sends what waits, where the user may; of how many runs. `own` is the user's name in this
    folder's ratings."""
    sent = 0
    if not team.may_send:
        return sent
    private = _Private(project)
    _send_matrices(project, team, private)
    while waiting := project.store.outgoing():
        found = [line for one in waiting for line in _lines(project, one, private, team, own)]
        if found:
            team.push(found)
        project.store.went_up([one.place for one in waiting])
        sent += len(waiting)
    return sent


def _send_matrices(project: Project, team: Team, private: _Private) -> None:
    while waiting := project.store.outgoing_matrices():
        for one in waiting:
            team.push(list(_matrix_lines(one, alone=private(one.matrix.step))))
            project.store.matrices_went_up(one.places)


class _Private:
    """Of which steps only hashes and scores leave."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._steps: dict[str, bool] = {}

    def __call__(self, step: str) -> bool:
        settings = self._project.settings.team
        if settings is None or settings.share == "scores":
            return True
        if step not in self._steps:
            history = self._project.store.history(step)
            texts = [version.text for version in history.versions] if history else []
            self._steps[step] = any(map(is_private, texts))
        return self._steps[step]


def _lines(
    project: Project, outgoing: Outgoing, private: _Private, team: Team, own: str
) -> Iterator[Sent]:
    shared = outgoing.shared
    run, alone = shared.run, private(shared.run.step)

    def sent(kind: Kind, part: str, line: Line) -> Sent:
        return Sent(kind, run.id, part, run.hash, lines.write_line(line).decode())

    if outgoing.own:
        yield sent(
            "run", "", lines.run_line(_without_words(shared) if alone else shared, team.person)
        )
        for score in project.store.scores(run.id):
            said = replace(score, value=None, reason="") if alone else score
            yield sent("score", score.assertion, lines.score_line(said))
    for rating in project.store.ratings(run.id):
        if rating.person == own:
            note = "" if alone else rating.note
            line = lines.rating_line(replace(rating, person=team.person, note=note))
            yield sent("rating", "", line)


def _matrix_lines(outgoing: OutgoingMatrix, *, alone: bool) -> Iterator[Sent]:
    """What it compares under each of its texts, by which it is asked for."""
    matrix = outgoing.matrix
    if alone:
        tests = [(test, content_hash(name)) for test, name in matrix.tests]
        matrix = replace(matrix, step=content_hash(matrix.step), tests=tests, refused=())
    if outgoing.new:
        line = lines.write_line(matrix_lines.matrix_line(matrix)).decode()
        for text in {arm.hash for arm in matrix.arms}:
            yield Sent("matrix", matrix.id, text, text, line)
    for part, answers in outgoing.parts.items():
        said = [replace(one, reason="") for one in answers] if alone else answers
        line = lines.write_line(matrix_lines.answers_line(matrix.id, said)).decode()
        yield Sent("answers", matrix.id, str(part), "", line)
    if outgoing.state:
        line = lines.write_line(matrix_lines.state_line(matrix)).decode()
        yield Sent("state", matrix.id, "", "", line)


def _without_words(shared: SharedRun) -> SharedRun:
    """A run without what was asked and answered, and without names of prompts and tests."""
    run = shared.run
    kept = replace(
        run,
        step=content_hash(run.step),
        test=None if run.test is None else content_hash(run.test),
        error=None,
        used_examples=(),
        adjustments=(),
        inputs={},
        messages=(),
        parameters={},
        response="",
    )
    return shared._replace(run=kept)
