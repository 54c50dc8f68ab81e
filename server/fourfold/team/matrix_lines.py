"""The lines in which matrices of tests go to a team: what is compared, answers, and how far it is.

As with the other lines, the shapes are the check.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct, field

from fourfold.store.facts import MatrixState
from fourfold.store.records import KeptAnswer, KeptArm, KeptMatrix, RefusedTest, Stopped
from fourfold.team.lines import Amount, Count, Hash, Id, Line, LineError, Moment, Name

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ARMS, MOST_TESTS, MOST_PLACES = 64, 100_000, 1_000_000

_Share = Annotated[float, Meta(ge=0, le=1)]
_Number = Annotated[int, Meta(ge=0, le=MOST_PLACES)]
_Repeat = Annotated[int, Meta(ge=1, le=MOST_PLACES)]


class ArmLine(Struct, kw_only=True, rename="camel"):
    """A text on a model; `version` is what the one who wrote it calls the text."""

    version: int | str
    model: Name
    hash: Hash


class MatrixLine(Line, tag="matrix"):
    """What is compared: `order` has the places of tests among `tests`, and the repeats."""

    id: Id
    step: Name
    started: Moment
    seed: Count
    arms: Annotated[list[ArmLine], Meta(min_length=1, max_length=MOST_ARMS)]
    tests: Annotated[list[tuple[str, str]], Meta(max_length=MOST_TESTS)]
    order: Annotated[list[tuple[_Number, _Repeat]], Meta(max_length=MOST_PLACES)]
    baseline: _Number | None = None
    refused: list[tuple[str, str]] = field(default_factory=list)


class AnswerLine(Struct, array_like=True):
    """As `KeptAnswer`, in its order."""

    arm: _Number
    place: _Number
    passed: bool | None
    score: _Share | None
    reason: str
    response: str | None
    agreed: _Number
    differed: _Number
    run: Id | None


class AnswersLine(Line, tag="answers"):
    """Some answers of a matrix."""

    matrix: Id
    answers: list[AnswerLine]


class StateLine(Line, tag="state"):
    """How far a matrix is; `left` are the places of arms that are not asked to the end."""

    matrix: Id
    stopped: Stopped | None
    calls: Count
    cached: Count
    cost_usd: Amount | None
    left: list[_Number]


_decoder = msgspec.json.Decoder(MatrixLine | AnswersLine | StateLine)


def read_matrix_line(data: bytes) -> MatrixLine | AnswersLine | StateLine:
    """The line that `data` is. Raises LineError."""
    try:
        line: MatrixLine | AnswersLine | StateLine = _decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise LineError("is no line about a matrix") from error
    if isinstance(line, MatrixLine) and not _holds_together(line):
        raise LineError("names tests or texts that it does not have")
    return line


def _holds_together(line: MatrixLine) -> bool:
    arms = {(arm.hash, arm.model) for arm in line.arms}
    tests = {test for test, _ in line.tests}
    return (
        len(arms) == len(line.arms)
        and len(tests) == len(line.tests)
        and len(set(line.order)) == len(line.order)
        and all(number < len(line.tests) for number, _ in line.order)
        and (line.baseline is None or line.baseline < len(line.arms))
    )


def matrix_line(matrix: KeptMatrix) -> MatrixLine:
    numbers = {test: number for number, (test, _) in enumerate(matrix.tests)}
    return MatrixLine(
        id=matrix.id,
        step=matrix.step,
        started=matrix.started,
        seed=matrix.seed,
        arms=[msgspec.convert(arm, ArmLine, from_attributes=True) for arm in matrix.arms],
        tests=list(matrix.tests),
        order=[(numbers[test], repeat) for test, repeat in matrix.order],
        baseline=matrix.baseline,
        refused=[(one.place, one.reason) for one in matrix.refused],
    )


def matrix_of(line: MatrixLine, author: str) -> KeptMatrix:
    """The matrix of a line, which began now at the latest, whatever the line says."""
    tests = [test for test, _ in line.tests]
    return KeptMatrix(
        id=line.id,
        step=line.step,
        started=min(line.started.astimezone(UTC), datetime.now(UTC)),
        seed=line.seed,
        arms=[KeptArm(arm.version, arm.model, str(arm.version), arm.hash) for arm in line.arms],
        tests=line.tests,
        order=[(tests[number], repeat) for number, repeat in line.order],
        baseline=line.baseline,
        refused=[RefusedTest(*one) for one in line.refused],
        author=author,
    )


def answers_line(matrix: str, answers: Sequence[KeptAnswer]) -> AnswersLine:
    fields = AnswerLine.__struct_fields__
    return AnswersLine(
        matrix=matrix,
        answers=[AnswerLine(*(getattr(one, name) for name in fields)) for one in answers],
    )


def answers_of(line: AnswersLine) -> list[KeptAnswer]:
    return [KeptAnswer(**msgspec.structs.asdict(one)) for one in line.answers]


def state_line(matrix: KeptMatrix) -> StateLine:
    return StateLine(
        matrix=matrix.id,
        stopped=matrix.stopped,
        calls=matrix.calls,
        cached=matrix.cached,
        cost_usd=matrix.cost_usd,
        left=[place for place, arm in enumerate(matrix.arms) if arm.left],
    )


def state_of(line: StateLine) -> MatrixState:
    return MatrixState(line.stopped, line.calls, line.cached, line.cost_usd, line.left)
