"""What the database keeps, as values: versions of a step's prompt, and the runs of a version."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fourfold.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from fourfold.errors import ErrorKind

VERSION_CAP = 4
"""The most versions that the database keeps of one step."""

PIN_CAP = 2
"""The most versions of one step that may be pinned, so that a new one always finds room."""

RUNS_OF_A_TEXT = 50
"""How many of the newest runs of one text are kept; older ones stay where something refers to
them."""

NAME_LENGTH = 80
"""The most characters of a version's name."""

Cause = Literal["seed", "save", "external", "command"]
RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Stopped = Literal["done", "certain", "equal", "budget", "cancelled"]
"""Why a matrix of tests asked no more."""

WorkflowRunStatus = Literal[RunStatus, "interrupted"]

FinishReason = Literal["stop", "length", "content_filter", "tool_calls", "refusal"]

DID_NOT_PASS: tuple[ErrorKind, ...] = ("timed_out", "misfit")
"""How a run ends that reached its model and has no response to be judged. It did not pass its
test; one that ended in any other way is missing, and asked again."""

FINISHED: frozenset[RunStatus] = frozenset({"succeeded", "failed", "cancelled"})
"""The statuses that a run never leaves."""


@dataclass(frozen=True, slots=True)
class Run:
    """One response of a model to one text of a step's prompt with one set of inputs.

    `hash` names the text; `version` is the number that the step gives to that text, None where it
    gives none. `response` is what arrived so far, whole only when `status` is "succeeded" and it
    is not `truncated`; `finish_reason` is why the model ended. Times are UTC; durations are
    milliseconds from `started`; `cost_usd` is what this run has cost, None where no price is
    known; `cached` says that the response was taken over from an earlier, identical run.
    `error_kind` tells a program what `error` tells a person. `previous` is the id of the run
    whose response did not fit, where this one asked once more; `used_examples` are the inputs that
    had no value but the prompt's example.
    `messages` are the rendered ones, each `{"role", "content"}`; `parameters` are those sent, and
    `adjustments` says what about them the model would not have otherwise, and what was paid twice.
    `recipe` names what the run was made of, where it counts as its step's result in the workflow.
    `output` names the processed response once there is one, and `value` is it as JSON, None where
    it is the response itself. `place` grows with each run that is stored, whatever the clock says;
    0 for one that is not.

    `tries` are the runs before this one whose responses did not fit, the first one first, each
    without its response and without tries of its own.
    `author` is the person whose run it is, where it came from elsewhere; None for this user's own.

    Every field but `step`, `version`, `place` and `tries` is a column of the table `runs`, under
    its name.
    """

    id: str
    step: str
    version: int | None
    model: str
    status: RunStatus
    hash: str = ""
    test: str | None = None
    repeat: int = 1
    error: str | None = None
    error_kind: ErrorKind | None = None
    finish_reason: FinishReason | None = None
    truncated: bool = False
    started: datetime | None = None
    first_token_ms: float | None = None
    duration_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    cached: bool = False
    author: str | None = None
    previous: str | None = None
    used_examples: Sequence[str] = ()
    adjustments: Sequence[str] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    messages: Sequence[Mapping[str, str]] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    response: str = ""
    recipe: str = ""
    output: str = ""
    value: str | None = None
    place: int = field(default=0, compare=False)
    tries: tuple[Run, ...] = field(default=(), compare=False)

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    @property
    def label(self) -> str:
        """`v3`; the first of its hash for a text that has no number."""
        return f"text {self.hash[:7]}" if self.version is None else f"v{self.version}"

    def processed(self) -> Any:
        """What later steps get of it: a JSON value, the response itself where nothing was made of
        it."""
        return self.response if self.value is None else json.loads(self.value)


@dataclass(frozen=True, slots=True)
class Score:
    """What one assertion of a test says of a run's response.

    `assertion` is its place among those of the test, by which it is known and sorted. `value` is
    what it holds the response against, as JSON, None without any. `passed` is None where it could
    not be judged; `cost_usd` is what judging has cost.

    Every field is a column of the table `scores`, under its name.
    """

    run: str
    assertion: str
    type: str
    negated: bool
    passed: bool | None
    score: float | None
    reason: str
    value: str | None = None
    metric: str | None = None
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person says of a run: 1 is good, −1 bad, 0 neither; `created` in UTC.

    Every field is a column of the table `ratings`, under its name.
    """

    run: str
    person: str
    rating: Literal[-1, 0, 1]
    note: str
    created: datetime


@dataclass(frozen=True, slots=True)
class KeptArm:
    """What a matrix asked: a text by its `version`, a number or a name such as "git:main", and by
    its `hash`, on a model; `left` where it was not asked to the end."""

    version: int | str
    model: str
    label: str
    hash: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What an arm of a matrix (the n-th) did at a place of its order. Of the judges that were asked
    twice so many `agreed` with themselves and `differed`. The figures are those of the run, and
    None where that is not kept any more."""

    arm: int
    place: int
    passed: bool | None
    score: float | None
    reason: str
    response: str | None
    agreed: int
    differed: int
    run: str | None
    input_tokens: int | None = None
    output_tokens: int | None = None
    duration_ms: float | None = None
    cost_usd: float | None = None
    by: str | None = None


class RefusedTest(NamedTuple):
    """A test that cannot be run: `FILE:LINE`, or "" for several, and the reason."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMatrix:
    """Versions that were compared on tests, as far as it went. `tests` have their identities and
    names, `order` is (identity, repeat) for each place, and `baseline` the place of an arm.
    `stopped` is None while it goes on. It is the `author`'s, None for this user; of another's the
    arms have the versions that their texts have here."""

    id: str
    step: str
    started: datetime
    seed: int
    arms: Sequence[KeptArm]
    tests: Sequence[tuple[str, str]]
    order: Sequence[tuple[str, int]]
    baseline: int | None = None
    refused: Sequence[RefusedTest] = ()
    stopped: Stopped | None = None
    calls: int = 0
    cached: int = 0
    cost_usd: float | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixOutline:
    """What a matrix compared: texts by their hashes, on tests by their identities. The `author` is
    as in `KeptMatrix`."""

    id: str
    texts: frozenset[str]
    tests: frozenset[str]
    author: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixNews:
    """How far a matrix is that this process does not carry out: answers that are there of those
    that were planned. `goes_on` as far as it gives signs of life; two of one matrix differ where
    there are more answers."""

    id: str
    step: str
    author: str | None
    goes_on: bool
    done: int
    planned: int
    calls: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class TestResult:
    """What the last matrix that had answers of a text, by its hash, on a test, by its identity, has
    found: how many were judged, and how many of them passed."""

    __test__ = False  # pytest's business is another one

    test: str
    text: str
    matrix: str
    judged: int
    passed: int


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One run of the workflow, or of a part of it. `request` is what was asked for: `from`,
    `until`, `versions`, `fresh`. Times are UTC; `ended` is None while it goes on.

    It is `interrupted` where its process was killed; without `ended` it can go on.
    """

    id: str
    name: str
    status: WorkflowRunStatus
    started: datetime
    request: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepRun:
    """How a step went in a workflow run.

    `run` is the id of the run that its response is from, None where there was none or where it
    went with its version; `reused` says that it was there before.
    """

    step: str
    version: int | None
    run: str | None
    status: RunStatus
    reused: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One kept text of a step's prompt (normalised: LF, no byte-order mark).

    `parent` is the number of the version that was current before it, None for a first one, and
    may be gone by now. `lines_added` and `lines_removed` count against the parent (for a first
    version every line is added), and `change` shows the first words that differ from it.
    `name` is the user's; a `pinned` one is never pushed out. `last_run`, of no test where
    there is one, has no response text.
    `good` and `bad` count what people have rated its runs.
    """

    step: str
    number: int
    text: str
    hash: str
    created: datetime
    cause: Cause
    words: int
    lines_added: int
    lines_removed: int
    parent: int | None = None
    change: str | None = None
    name: str | None = None
    pinned: bool = False
    run_count: int = 0
    last_run: Run | None = None
    good: int = 0
    bad: int = 0

    @property
    def label(self) -> str:
        return f"v{self.number}"


class PushedOut(NamedTuple):
    """A version that the last change pushed out, and how many runs it has."""

    number: int
    runs: int


def unknown_version(
    step: str, number: int, kept: str, field: str = "version"
) -> InvalidArgumentError:
    return InvalidArgumentError(field, f"{step} has no v{number}; kept are {kept or 'none yet'}.")


@dataclass(frozen=True, slots=True)
class StepHistory:
    """The kept versions of a step, newest first, and the number of the current one.

    `unversioned` is the hash of a text on disk that is no version: an automatic save left it, or
    another program emptied the file. `pushed_out` are the versions that the last change cost, which
    an undo brings back.
    """

    step: str
    current: int
    versions: tuple[Version, ...]
    unversioned: str | None = None
    pushed_out: tuple[PushedOut, ...] = ()

    @property
    def current_version(self) -> Version:
        return self.version(self.current)

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def labels(self) -> str:
        """The kept versions, the oldest first: `v2, v3`."""
        return ", ".join(version.label for version in reversed(self.versions))

    def version(self, number: int, field: str = "version") -> Version:
        """The kept version `number`; InvalidArgumentError on `field` names those there are."""
        for version in self.versions:
            if version.number == number:
                return version
        raise unknown_version(self.step, number, self.labels, field)

    def chosen(self, numbers: Iterable[int] | Literal["all"]) -> list[Version]:
        """The kept versions of these numbers, each once, or all of them, the oldest first;
        InvalidArgumentError on `versions`."""
        if numbers == "all":
            return list(reversed(self.versions))
        return [self.version(number, "versions") for number in dict.fromkeys(numbers)]

    @property
    def next_out(self) -> Version | None:
        """The version that the next one that its user saves pushes out."""
        if len(self.versions) < VERSION_CAP:
            return None
        free = [one for one in self.versions if not one.pinned and one.number != self.current]
        unused = [one for one in free if one.cause == "external" and not one.run_count]
        return min(unused or free, key=lambda one: one.number)

    def holding(self, content_hash: str) -> Version | None:
        """The kept version with that text."""
        return next((v for v in self.versions if v.hash == content_hash), None)
