"""Runs as clients see them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from msgspec import Meta, field

from fourfold.app.described import Answer
from fourfold.errors import ErrorKind
from fourfold.project.documents import Document
from fourfold.store.records import FinishReason, RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.store import records
    from fourfold.store.records import Run

    UriOf = Callable[[Document], str]


class RunSummary(Answer):
    """One response of a model to one text with one set of inputs, without the response."""

    id: str
    step: str
    version: Annotated[int | None, Meta(description="null for a text that no version has")]
    test: Annotated[str | None, Meta(description="the test case whose inputs it had")]
    repeat: Annotated[int, Meta(description="from 1")]
    model: str
    status: RunStatus
    error: str | None
    error_kind: ErrorKind | None
    finish_reason: FinishReason | None
    truncated: Annotated[bool, Meta(description="cut off, at the limit of tokens in most cases")]
    started: Annotated[str | None, Meta(description="ISO 8601 UTC")]
    first_token_ms: float | None
    duration_ms: float | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Annotated[float | None, Meta(description="what it has cost now: 0 where reused")]
    cached: Annotated[bool, Meta(description="an earlier response to the same request")]
    by: Annotated[str | None, Meta(description="whose run it is; null for this user's")]
    used_examples: Annotated[
        list[str], Meta(description="inputs that had no value but the prompt's example")
    ]
    adjustments: Annotated[
        list[str],
        Meta(description="what was sent otherwise, or may have been paid twice, in sentences"),
    ]
    tries: Annotated[
        list[RunSummary], Meta(description="those before it whose responses did not fit")
    ]
    uri: str

    @classmethod
    def of(cls, run: Run, uri_of: UriOf, **more: Any) -> Self:
        return cls.copied(
            run,
            started=run.started and moment(run.started),
            by=run.author,
            used_examples=list(run.used_examples),
            adjustments=list(run.adjustments),
            tries=[RunSummary.of(one, uri_of) for one in run.tries],
            uri=uri_of(Document("run", run.step, run=run.id)),
            **more,
        )


class Runs(Answer):
    """Runs, in the order asked for, or the newest first."""

    runs: list[RunSummary]

    @classmethod
    def of(cls, runs: Sequence[Run], uri_of: UriOf) -> Self:
        return cls(runs=[RunSummary.of(run, uri_of) for run in runs])


class CancelledRuns(Answer):
    """The runs that were cancelled."""

    cancelled: Annotated[list[str], Meta(description="their ids")]


class RunWithResponse(RunSummary):
    """A run with its response, which a script has no other way to read."""

    response: Annotated[str, Meta(description="as far as it has come")]

    @classmethod
    def with_response(cls, run: Run, uri_of: UriOf) -> Self:
        return cls.of(run, uri_of, response=run.response)


class EndedRuns(Answer):
    """Runs that have ended, and what they have cost together, as far as prices are known."""

    runs: list[RunWithResponse]
    cost_usd: float | None


class RunWithValue(RunWithResponse):
    """A run of the workflow, with what later steps get of it."""

    value: Annotated[Any, Meta(description="null where it has not succeeded")]


class EndedWorkflowRuns(Answer):
    """The runs of a workflow that has ended."""

    runs: list[RunWithValue]
    cost_usd: float | None


class Assertion(Answer):
    """What a response was held against."""

    type: str
    not_: bool = field(name="not")
    value: Any
    metric: str | None


class Score(Answer):
    """What an assertion says of a run."""

    run: str
    assertion: Assertion
    passed: Annotated[bool | None, Meta(description="null where it could not be judged")]
    score: float | None
    reason: str | None
    cost_usd: float | None

    @classmethod
    def of(cls, score: records.Score) -> Self:
        assertion = Assertion(
            type=score.type,
            not_=score.negated,
            value=None if score.value is None else json.loads(score.value),
            metric=score.metric,
        )
        return cls.copied(score, assertion=assertion)


class GivenRating(Answer):
    """What the user says of a run."""

    run: str
    rating: Annotated[Literal[-1, 0, 1], Meta(description="1 is good, -1 bad, 0 neither")]
    note: str


class Rating(GivenRating):
    """What a person says of a run."""

    by: str
    created: Annotated[str, Meta(description="ISO 8601 UTC")]

    @classmethod
    def of(cls, rating: records.Rating) -> Self:
        return cls.copied(rating, by=rating.person, created=moment(rating.created))


class WholeRun(RunWithValue):
    """Everything that is kept of a run."""

    messages: list[dict[str, str]]
    parameters: dict[str, Any]
    scores: Annotated[list[Score], Meta(description="what its test's assertions say of it")]
    ratings: list[Rating]

    @classmethod
    def whole(
        cls,
        run: Run,
        scores: Sequence[records.Score],
        ratings: Sequence[records.Rating],
        uri_of: UriOf,
    ) -> Self:
        return cls.of(
            run,
            uri_of,
            response=run.response,
            value=run.processed() if run.status == "succeeded" else None,
            messages=list(run.messages),
            parameters=dict(run.parameters),
            scores=[Score.of(score) for score in scores],
            ratings=[Rating.of(rating) for rating in ratings],
        )


class WholeRuns(Answer):
    """Runs with everything that is kept of them, in the order asked for."""

    runs: list[WholeRun]


@lru_cache(maxsize=8192)
def moment(time: datetime) -> str:
    """A time as ISO 8601 in UTC, to the millisecond."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
