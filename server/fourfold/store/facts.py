"""What those who decide ask the store for: a step and its versions, without the texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from fourfold.store.records import (
        Cause,
        KeptAnswer,
        KeptMatrix,
        PushedOut,
        Run,
        RunStatus,
        Stopped,
    )

Kind = Literal["run", "score", "rating", "matrix", "answers", "state"]
Topic = Literal["evidence", "calls", "answers"]
"""What a team's database tells of."""

UndoableKind = Literal["added", "switched", "replaced"]


class KeptVersion(NamedTuple):
    """What a decision needs to know of a version."""

    hash: str
    cause: Cause
    pinned: bool
    named: bool


class StepState(NamedTuple):
    """What a decision about a step needs. `id` is the store's own.

    `path` is that of the prompt file below the workspace folder, with forward slashes, so that a
    deleted file can be written again, and a file keeps its id. `text` is that of the current
    version, and `words` how many it has.
    """

    id: int
    path: str
    last_number: int
    current: int
    unversioned: str | None
    text: str
    words: int
    kept: dict[int, KeptVersion]

    def holding(self, content_hash: str) -> int | None:
        """The number of the kept version with that text."""
        for number, version in self.kept.items():
            if version.hash == content_hash:
                return number
        return None


class NewVersion(NamedTuple):
    """A text that becomes a version; what counts against its parent is as in `Version`."""

    text: str
    hash: str
    created: datetime
    cause: Cause
    words: int
    lines_added: int
    lines_removed: int
    change: str | None = None


class Added(NamedTuple):
    """The number of a version that was added, and the one that had to go for it, if any."""

    number: int
    pushed_out: PushedOut | None


class StoredChange(NamedTuple):
    """One change of a step's versions: the numbers of the current one `before` and `after` it, and
    the version that it pushed out or replaced, if any."""

    kind: UndoableKind
    before: int
    after: int
    pushed_out: int | None = None


class Holder(NamedTuple):
    """A step that keeps a text; `past` where its file had another one last."""

    step: str
    past: bool


class KnownTexts(NamedTuple):
    """The path of a step's file, and the hashes of its texts: the current one, that of a text on
    disk which is no version, and all that are kept."""

    path: str
    current: str
    unversioned: str | None
    all: set[str]


class SharedRun(NamedTuple):
    """A run as it goes to others, and the name of its request."""

    run: Run
    fingerprint: str


class Merged(NamedTuple):
    """How many of what others have were added, were here already, and are of nothing here."""

    added: int
    known: int
    left: int


class Joined(NamedTuple):
    """The project of a team that a folder shares with: its name, what tells it from another of that
    name, and the last number that has come down."""

    project: str
    token: str
    seen: int


class Outgoing(NamedTuple):
    """A run of which something is to go up; `place` is where it waits. It is `own` where this user
    asked for it, whoever made the call."""

    place: int
    shared: SharedRun
    own: bool


class OutgoingMatrix(NamedTuple):
    """What of a matrix is to go up, and the `places` where that waits: what it compares where that
    is `new`, answers in `parts` by their numbers, its `state` where that is another."""

    places: list[int]
    matrix: KeptMatrix
    new: bool
    state: bool
    parts: Mapping[int, Sequence[KeptAnswer]]


class MatrixState(NamedTuple):
    """How far a matrix is, and the arms that are not asked to the end."""

    stopped: Stopped | None
    calls: int
    cached: int
    cost_usd: float | None
    left: Sequence[int]


class Sent(NamedTuple):
    """A line on its way up: the run or matrix that it is of, and what of that it says (`part`, an
    assertion, a person, some answers); `hash` is that of the text."""

    kind: Kind
    run: str
    part: str
    hash: str
    line: str


class Received(NamedTuple):
    """A line that has come down, what it should be, and whose it is."""

    seq: int
    kind: str
    author: str
    line: bytes


class Call(NamedTuple):
    """A call of a model for whoever can make it; `request` names it, `body` is it as JSON."""

    request: str
    model: str
    body: str


class Claimed(NamedTuple):
    """A call that a worker has taken. `tries` is how often it was taken, this time included."""

    id: int
    request: str
    model: str
    body: str
    tries: int


class Done(NamedTuple):
    """What came of a call, as JSON."""

    id: int
    answer: str


class Answered(NamedTuple):
    """What came of a call, who says so, and how often the call was taken."""

    request: str
    answer: str
    by: str
    tries: int


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """A batch that was left with a provider, or was about to be.

    `key` is a name for it that nobody else has; `endpoint` and `model` (as people know it) say with
    whom, `names` which requests it has, 16 bytes each. Before it is submitted `batch`, the
    provider's name of it, is None, and `file` too until its requests were uploaded. `changed` is
    when this was last said of it, in UTC. It is `by` that person, None for this user, and
    `elsewhere` where another machine has left it.
    """

    key: str
    endpoint: str
    model: str
    names: bytes
    created: datetime
    changed: datetime
    file: str | None = None
    batch: str | None = None
    by: str | None = None
    elsewhere: bool = False

    @property
    def requests(self) -> int:
        """How many requests it has."""
        return len(self.names) // NAME_BYTES


NAME_BYTES = 16
"""How long the name of a request is in a `KeptBatch`."""


class StepNow(NamedTuple):
    """A step as the store has it: its current version, and whether it ever had a result."""

    step: str
    current: int
    hash: str
    executed: bool


class Result(NamedTuple):
    """The newest run of a step with one recipe and one status; `output` names what it made."""

    step: str
    recipe: str
    status: RunStatus
    run: str
    output: str


WORKFLOW_RUNS = 50
"""How many of the newest workflow runs are never garbage."""

JUDGEMENTS = 100_000
"""How many of the newest things that judges said are never garbage."""


class Garbage(NamedTuple):
    """How many runs and workflow runs nothing refers to, and how many bytes can be given back."""

    runs: int
    workflow_runs: int
    bytes: int
