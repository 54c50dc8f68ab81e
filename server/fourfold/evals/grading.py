"""Holds a response against a test's assertions: a score for each, and one for the test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.evals.assertions.javascript import called
from fourfold.evals.assertions.registry import AssertionRefusedError, Check, Outcome, find
from fourfold.evals.cases import Assertion, AssertionSet
from fourfold.evals.javascript.program import Program
from fourfold.evals.transforming import transformed
from fourfold.evals.values import read_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.evals.response import Response


@dataclass(frozen=True, slots=True)
class Score:
    """What one assertion, or a set of them, came to."""

    assertion: Assertion | AssertionSet
    passed: bool
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What a test came to; with an `error` it could not be judged, and has no scores.

    A set is followed by its parts. `metrics` are weighted means of the scores of that name.
    """

    passed: bool
    score: float
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
    """Grades a response.

    Without assertions a test passes. With a `threshold` its score alone decides, without one every
    assertion has to pass. `transform` is JavaScript that the response goes through first.
    `read_file` gives the value of a `file://` reference, or raises
    FourfoldError. One assertion that cannot be judged takes the whole test with it.
    """
    try:
        response = transformed(response, transform, variables, read_file)
        tops, scores = _scores(response, assertions, variables, read_file)
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
) -> tuple[list[Score], list[Score]]:
    """The scores that the test's own is made of, and all of them."""
    tops: list[Score] = []
    every: list[Score] = []
    for assertion in assertions:
        if isinstance(assertion, Assertion):
            parts: list[Score] = []
            top = _score(response, assertion, variables, read_file)
        else:
            parts, _ = _scores(response, assertion.assertions, variables, read_file)
            passed, score = _combined(parts, assertion.threshold)
            count = sum(part.passed for part in parts)
            top = Score(assertion, passed, score, f"{count} of {len(parts)} passed")
        tops.append(top)
        every += [top, *parts]
    return tops, every


def _score(
    response: Response,
    assertion: Assertion,
    variables: Mapping[str, Any],
    read_file: Callable[[str], Any] | None,
) -> Score:
    function = find(assertion.type)
    if function is None:
        raise AssertionRefusedError(f"There is no assertion of the type {assertion.name}.")
    value = read_value(assertion.value, variables, read_file)
    response = transformed(response, assertion.transform, variables, read_file)
    asked = Check(assertion.type, value, assertion.threshold, response, variables, assertion.config)
    if isinstance(value, Program) and assertion.type != "javascript":
        value = called(asked)
        if isinstance(value, bool) or (isinstance(value, dict) and "pass" in value):
            raise asked.refused("needs a program that gives a value, not a verdict")
        asked = replace(asked, value=value)
    outcome = function(asked)
    passed = outcome.passed if outcome.final else outcome.passed is not assertion.negated
    score = float(passed) if outcome.score is None else outcome.score
    # without weight an assertion is only looked at
    return Score(assertion, passed or not assertion.weight, score, _reason(outcome, assertion))


def _reason(outcome: Outcome, assertion: Assertion) -> str:
    if outcome.final:
        return f"{assertion.name}: {outcome.reason}."
    is_so = "so" if outcome.passed else "not so"
    return f"{assertion.name}: {outcome.reason}: that is {is_so}."


def _combined(scores: Sequence[Score], threshold: float | None) -> tuple[bool, float]:
    weight = sum(score.assertion.weight for score in scores)
    total = sum(score.score * score.assertion.weight for score in scores)
    mean = total / weight if weight else 0.0
    if threshold is not None:
        return mean >= threshold, mean
    return all(score.passed for score in scores), mean


def _metrics(scores: Sequence[Score]) -> dict[str, float]:
    names = {score.assertion.metric: None for score in scores if score.assertion.metric}
    return {
        name: _combined([score for score in scores if score.assertion.metric == name], None)[1]
        for name in names
        if name
    }
