"""The lines in which versions, runs, scores and ratings leave and come in, a JSON object each.

The shapes are the check: nothing of what others write is used before it has passed here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from fourfold.errors import ErrorKind, FourfoldError
from fourfold.store.facts import SharedRun
from fourfold.store.records import NAME_LENGTH, FinishReason, Rating, Run, Score
from fourfold.text.same import content_hash, normalize

if TYPE_CHECKING:
    from fourfold.store.records import Version

FORMAT = 1
"""The number of these shapes. Another one means something else by the same words."""

Id = Annotated[str, Meta(pattern=r"^[0-9a-v]{16}\Z")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Name = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
_Place = Annotated[int, Meta(ge=1, le=2**31)]
Amount = Annotated[float, Meta(ge=0)]
Moment = Annotated[datetime, Meta(tz=True)]


class Message(Struct):
    """What a model was sent."""

    role: str
    content: str


class Line(Struct, kw_only=True, rename="camel", tag_field="kind"):
    """One line."""


class HeaderLine(Line, tag="fourfold"):
    """The first line: what the others are, who wrote them, and when."""

    format: int
    by: Name
    written: Moment


class VersionLine(Line, tag="version"):
    """A text of a step's prompt. Its number is that of the one who wrote it."""

    step: Name
    path: Name
    number: _Place
    current: bool
    hash: Hash
    text: str
    name: Annotated[str, Meta(max_length=NAME_LENGTH)] | None = None


class RunLine(Line, tag="run"):
    """A run that has ended; `hash` is that of its text, and `request` names what was asked."""

    id: Id
    step: Name
    hash: Hash
    request: Hash
    by: Name
    model: Name
    status: Literal["succeeded", "failed", "cancelled"]
    test: str | None = None
    repeat: _Place = 1
    error: str | None = None
    error_kind: ErrorKind | None = None
    finish_reason: FinishReason | None = None
    truncated: bool = False
    started: Moment | None = None
    first_token_ms: Amount | None = None
    duration_ms: Amount | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cost_usd: Amount | None = None
    cached: bool = False
    previous: Id | None = None
    used_examples: list[str] = field(default_factory=list)
    adjustments: list[str] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    response: str = ""


class ScoreLine(Line, tag="score"):
    """What an assertion says of a run; `value` is what it holds the response against, as JSON."""

    run: Id
    assertion: Name
    type: Name
    negated: bool
    passed: bool | None
    score: float | None
    reason: str
    value: str | None = None
    metric: str | None = None
    cost_usd: Amount | None = None


class RatingLine(Line, tag="rating"):
    """What a person says of a run."""

    run: Id
    person: Name
    rating: Literal[-1, 0, 1]
    note: str
    created: Moment


AnyLine = HeaderLine | VersionLine | RunLine | ScoreLine | RatingLine

_decoder = msgspec.json.Decoder(AnyLine)
_ALONE: tuple[str, ...] = ("id", "hash", "model", "status", "test", "repeat", "error", "error_kind")
_ALONE += ("finish_reason", "truncated", "first_token_ms", "duration_ms", "input_tokens")
_ALONE += ("output_tokens", "cost_usd", "cached", "previous")
_TEXTS = ("used_examples", "adjustments", "inputs", "parameters", "response")


class LineError(FourfoldError):
    """A line is none of these, as a predicate of it."""


def read_line(data: bytes) -> AnyLine:
    """The line that `data` is. Raises LineError."""
    try:
        line: AnyLine = _decoder.decode(data)
    except msgspec.ValidationError as error:
        raise LineError(f"is not as Fourfold writes it ({error})") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
        raise LineError("is no JSON") from None
    if isinstance(line, VersionLine) and content_hash(normalize(line.text)) != line.hash:
        raise LineError("has a text that is not the one that its hash names")
    return line


def write_line(line: Line) -> bytes:
    """A line with its end."""
    return msgspec.json.encode(line) + b"\n"


def version_line(version: Version, path: str, *, current: bool) -> VersionLine:
    return VersionLine(
        step=version.step,
        path=path,
        number=version.number,
        current=current,
        hash=version.hash,
        text=version.text,
        name=version.name,
    )


def run_line(shared: SharedRun, own: str) -> RunLine:
    """A run as it leaves, under its author's name or this user's `own`.

    What it became in this workspace stays here, so that nothing is written to files elsewhere.
    """
    run, request = shared
    values = {name: getattr(run, name) for name in _ALONE}
    return RunLine(
        step=run.step,
        request=request,
        by=run.author or own,
        started=run.started,
        used_examples=list(run.used_examples),
        adjustments=list(run.adjustments),
        inputs=_plain(run.inputs),
        messages=[Message(one["role"], one["content"]) for one in run.messages],
        parameters=_plain(run.parameters),
        response=run.response,
        **values,
    )


def run_of(line: RunLine) -> SharedRun:
    values = {name: getattr(line, name) for name in (*_ALONE, *_TEXTS)}
    run = Run(
        step=line.step,
        version=None,
        author=line.by,
        started=line.started and line.started.astimezone(UTC),
        messages=[{"role": one.role, "content": one.content} for one in line.messages],
        **values,
    )
    return SharedRun(run, line.request)


def score_line(score: Score) -> ScoreLine:
    return msgspec.convert(score, ScoreLine, from_attributes=True)


def score_of(line: ScoreLine) -> Score:
    return Score(**msgspec.structs.asdict(line))


def rating_line(rating: Rating) -> RatingLine:
    return msgspec.convert(rating, RatingLine, from_attributes=True)


def rating_of(line: RatingLine) -> Rating:
    values = msgspec.structs.asdict(line)
    return Rating(**values | {"created": line.created.astimezone(UTC)})


def _plain(values: Any) -> Any:
    """Values as the database has them, which YAML may have given kinds that JSON has not."""
    return msgspec.json.decode(msgspec.json.encode(values, enc_hook=str))
