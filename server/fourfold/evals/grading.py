"""Holds a response against a test's assertions: a score for each, and one for the test."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.evals.assertions.registry import AssertionRefusedError, Check, Outcome, find
from fourfold.evals.cases import Assertion, AssertionSet
from fourfold.evals.outside import (
    CannotJudgeError,
    ProgramFailedError,
    adding_up,
    without_asking,
)
from fourfold.evals.program import Program
from fourfold.evals.transforming import transformed
from fourfold.evals.values import FILE, named, read_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.evals.outside import Asking
    from fourfold.evals.response import Response


@dataclass(frozen=True, slots=True)
class Score:
    """What one assertion, or a set of them, came to; None where it could not be judged.

    `cost_usd` is what judging has cost; `agrees` says whether a judge that was asked twice gave the
    same verdict.
    """

    assertion: Assertion | AssertionSet
    passed: bool | None
    score: float | None
    reason: str
    cost_usd: float | None = None
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """What a test came to; with an `error` it could not be judged, and has no scores.

    `passed` is None where that hangs on an assertion that could not be judged. A set is followed
    by its parts. `metrics` are weighted means of the scores of that name.
    """

    passed: bool | None
    score: float | None
    scores: tuple[Score, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None


def grade(
    response: Response,
    assertions: Sequence[Assertion | AssertionSet],
    variables: Mapping[str, Any],
    *,
    threshold: float | None = None,
    transform: str | None = None,
    read_file: Callable[[str], Any] | None = None,
) -> Grade:
    """As `grading`, where nobody can be asked."""
    return without_asking(
        grading(
            response,
            assertions,
            variables,
            threshold=threshold,
            transform=transform,
            read_file=read_file,
        )
    )


def grading(
    response: Response,
    assertions: Sequence[Assertion | AssertionSet],
    variables: Mapping[str, Any],
    *,
    threshold: float | None = None,
    transform: str | None = None,
    read_file: Callable[[str], Any] | None = None,
) -> Asking[Grade]:
    """Grades a response.

    Without assertions a test passes. With a `threshold` its score alone decides, without one every
    assertion has to pass. `transform` is a program that the response goes through first.
    `read_file` gives the value of a `file://` reference, or raises
    FourfoldError. One assertion that is refused takes the whole test with it; one that could not
    be judged leaves it open, unless another fails it anyway.
    """
    try:
        response = yield from transformed(response, transform, variables, read_file)
        tops, scores = yield from _scores(response, assertions, variables, read_file)
    except CannotJudgeError as error:
        return Grade(None, None, error=f"The transform could not be run: {error}.")
    except FourfoldError as error:
        return Grade(False, 0.0, error=str(error))
    if not assertions:
        return Grade(True, 1.0)
    passed, score = _combined(tops, threshold)
    return Grade(passed, score, tuple(scores), _metrics(scores))


def _scores(
    response: Response,
    assertions: Sequence[Assertion | AssertionSet],
    variables: Mapping[str, Any],
    read_file: Callable[[str], Any] | None,
) -> Asking[tuple[list[Score], list[Score]]]:
    """The scores that the test's own is made of, and all of them."""
    tops: list[Score] = []
    every: list[Score] = []
    for written in assertions:
        assertion = named(written, variables)
        if isinstance(assertion, Assertion):
            parts: list[Score] = []
            top = yield from _score(response, assertion, variables, read_file)
        else:
            parts, _ = yield from _scores(response, assertion.assertions, variables, read_file)
            passed, score = _combined(parts, assertion.threshold)
            count = sum(part.passed is True for part in parts)
            top = Score(assertion, passed, score, f"{count} of {len(parts)} passed")
        tops.append(top)
        every += [top, *parts]
    return tops, every


def _score(
    response: Response,
    assertion: Assertion,
    variables: Mapping[str, Any],
    read_file: Callable[[str], Any] | None,
) -> Asking[Score]:
    costs: list[float] = []
    try:
        asking = _outcome(response, assertion, variables, read_file)
        outcome = yield from adding_up(asking, costs)
    except CannotJudgeError as error:
        reason = f"{assertion.name} could not be judged: {error}."
        return Score(assertion, None, None, reason, sum(costs) if costs else None)
    passed, score = outcome.passed, outcome.score
    if assertion.negated and not outcome.final:
        passed = not passed
        if score is not None and outcome.turns:
            score = min(1.0, max(0.0, 1 - score))
    return Score(
        assertion,
        passed or not assertion.weight,  # without weight an assertion is only looked at
        float(passed) if score is None else score,
        _reason(outcome, assertion),
        sum(costs) if costs else None,
        outcome.agrees,
    )


def _outcome(
    response: Response,
    assertion: Assertion,
    variables: Mapping[str, Any],
    read_file: Callable[[str], Any] | None,
) -> Asking[Outcome]:
    function = find(assertion.type)
    if function is None:
        raise AssertionRefusedError(f"There is no assertion of the type {assertion.name}.")
    value = read_value(assertion.value, variables, read_file)
    rubric_prompt = assertion.rubric_prompt
    if isinstance(rubric_prompt, str) and rubric_prompt.startswith(FILE) and read_file is not None:
        rubric_prompt = read_file(rubric_prompt)
    response = yield from transformed(response, assertion.transform, variables, read_file)
    asked = Check(
        assertion.type,
        value,
        assertion.threshold,
        response,
        variables,
        assertion.config,
        assertion.judge,
        rubric_prompt,
        assertion.scores,
    )
    if isinstance(value, Program) and assertion.type not in _OF_PROGRAMS:
        asked = replace(asked, value=(yield from _computed(value, asked)))
    outcome = function(asked)
    if isinstance(outcome, Generator):
        outcome = yield from outcome
    return outcome


def _computed(program: Program, asked: Check) -> Asking[Any]:
    """The value that a program gives; one that fails is at fault, and not the response."""
    try:
        value = yield from program.call(asked.response.output, asked.context)
    except ProgramFailedError as error:
        raise asked.refused(f"cannot be judged: {error}") from None
    if isinstance(value, bool) or (isinstance(value, dict) and "pass" in value):
        raise asked.refused("needs a program that gives a value, not a verdict")
    return value


_OF_PROGRAMS = ("javascript", "python")


def _reason(outcome: Outcome, assertion: Assertion) -> str:
    if outcome.final:
        return f"{assertion.name}: {outcome.reason}."
    is_so = "so" if outcome.passed else "not so"
    return f"{assertion.name}: {outcome.reason}: that is {is_so}."


def _combined(scores: Sequence[Score], threshold: float | None) -> tuple[bool | None, float | None]:
    judged = [score for score in scores if score.score is not None]
    weight = sum(score.assertion.weight for score in judged)
    total = sum((score.score or 0.0) * score.assertion.weight for score in judged)
    mean = total / weight if weight else 0.0
    if threshold is None and any(score.passed is False for score in scores):
        return False, mean
    # without weight an assertion is only looked at, and a set still has to pass
    if any(
        score.passed is None
        and (score.assertion.weight or (threshold is None and _is_set(score.assertion)))
        for score in scores
    ):
        return None, None
    return threshold is None or mean >= threshold, mean


def _is_set(assertion: Assertion | AssertionSet) -> bool:
    return isinstance(assertion, AssertionSet)


def _metrics(scores: Sequence[Score]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in {score.assertion.metric: None for score in scores if score.assertion.metric}:
        of_name = [it for it in scores if it.assertion.metric == name and it.score is not None]
        mean = _combined(of_name, None)[1]
        if name and of_name and mean is not None:
            found[name] = mean
    return found
