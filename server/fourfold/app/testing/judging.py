"""What a run is worth on a test."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.testing.asking import text_of
from fourfold.evals.cases import Assertion
from fourfold.evals.grading import Score as Graded
from fourfold.evals.grading import grading
from fourfold.evals.matrix.results import Answer
from fourfold.evals.missing import MISSING
from fourfold.evals.response import Response
from fourfold.runs.outcome import CUT_OFF
from fourfold.runs.outputs import output_name
from fourfold.store.records import DID_NOT_PASS, Score

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from fourfold.evals.cases import AssertionSet, TestCase
    from fourfold.evals.grading import Grade
    from fourfold.evals.outside import Asking
    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.store.records import Run

    Ask = Callable[[Response, TestCase], Awaitable[Grade]]

_JUDGE_THE_ENDING = ("finish-reason", "is-refusal")
_LONGEST_REASON = 300  # characters
_NO_ANSWER = ("length", "content_filter", "refusal")


async def judged(run: Run, case: TestCase, ask: Ask) -> tuple[Answer, list[Score]]:
    """The answer and its scores. A run that never reached its model is missing; one whose response
    was cut off, refused, late or unreadable did not pass.

    A test that asserts how a response ended says itself what that is worth. `ask` carries out a
    grading, with what its checks ask.
    """
    if run.status != "succeeded":
        failed = run.status == "failed" and run.error_kind in DID_NOT_PASS
        answer = Answer(False, 0.0) if failed else Answer(None)
        return _with_figures(replace(answer, reason=shortened(run.error or run.status)), run), []
    prompt = text_of(run.messages)
    response = Response(run.response, run.duration_ms, run.cost_usd, run.finish_reason, prompt)
    found = await ask(response, case)
    answer = _answer(found, run.output or output_name(run.response))
    ended_badly = run.truncated or run.finish_reason in _NO_ANSWER
    if ended_badly and not any(one.type in _JUDGE_THE_ENDING for one in _each(case.assertions)):
        why = f"The response was {CUT_OFF}." if run.truncated else "The model gave no answer."
        answer = replace(answer, passed=False, score=0.0, reason=why)
    return _with_figures(answer, run), _rows(run.id, found, case)


async def judged_record(case: TestCase, prompt: str, ask: Ask) -> Answer:
    """The answer that the test itself brings (`providerOutput`) to a `prompt`; it takes no time and
    costs nothing."""
    recorded = Response(case.recorded, latency_ms=0.0, cost_usd=0.0, prompt=prompt)
    return _answer(await ask(recorded, case), None)


def grading_of(response: Response, case: TestCase, files: ReferencedFiles) -> Asking[Grade]:
    """How a response stands to a test, once it is carried out."""
    return grading(
        response,
        case.assertions,
        case.variables,
        threshold=case.threshold,
        transform=case.transform,
        read_file=files.value,
    )


def _answer(found: Grade, response: str | None) -> Answer:
    if found.error is not None:
        return Answer(None, response=response, reason=shortened(found.error))
    reasons = (one.reason for one in found.scores if not (found.passed or one.passed))
    return Answer(
        found.passed,
        found.score,
        response,
        reason=shortened(next(reasons, "")),
        agreements=tuple(one.agrees for one in found.scores if one.agrees is not None),
    )


def shortened(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[: _LONGEST_REASON - 1]}…"


def _with_figures(answer: Answer, run: Run) -> Answer:
    return replace(
        answer,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        duration_ms=run.duration_ms,
        cost_usd=run.cost_usd,
        run=run.id,
        by=run.author,
    )


def _each(assertions: tuple[Assertion | AssertionSet, ...]) -> Iterator[Assertion]:
    for one in assertions:
        if isinstance(one, Assertion):
            yield one
        else:
            yield from one.assertions


def _rows(run: str, found: Grade, case: TestCase) -> list[Score]:
    if found.error is not None:
        rows = [_row(Graded(one, None, None, found.error)) for one in case.assertions]
    else:
        rows = [_row(one) for one in found.scores]
    # padded, so that they are sorted as texts
    return [replace(row, run=run, assertion=f"{place:06}") for place, row in enumerate(rows)]


def _row(graded: Graded) -> Score:
    assertion = graded.assertion
    row = Score(
        "",
        "",
        "assert-set",
        False,
        graded.passed,
        graded.score,
        graded.reason,
        metric=assertion.metric,
        cost_usd=graded.cost_usd,
    )
    if not isinstance(assertion, Assertion):
        return row
    value = assertion.value
    written = None if value is MISSING else json.dumps(value, ensure_ascii=False, default=str)
    return replace(row, type=assertion.type, negated=assertion.negated, value=written)
