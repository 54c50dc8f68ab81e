"""What the database keeps, as values: versions of a step's prompt, and the runs of a version."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

VERSION_CAP = 4
"""The most versions that the database keeps of one step."""

Cause = Literal["seed", "save", "external", "restore", "command"]
RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]

FINISHED: frozenset[RunStatus] = frozenset({"succeeded", "failed", "cancelled"})
"""The statuses that a run never leaves."""


@dataclass(frozen=True, slots=True)
class Run:
    """One response of a model to one version with one set of inputs.

    `response` is what arrived so far, whole only when `status` is "succeeded". Times are UTC;
    durations are milliseconds from `started`; `cost_usd` is None where no price is known;
    `cached` says that the response was taken over from an earlier, identical run.
    `messages` are the rendered ones, each `{"role", "content"}`; `parameters` are those sent.
    `recipe` names what the run was made of, where it counts as its step's result in the workflow.
    `output` names the processed response once there is one, and `value` is it as JSON, None where
    it is the response itself.
    """

    id: str
    step: str
    version: int
    model: str
    status: RunStatus
    test: str | None = None
    repeat: int = 1
    error: str | None = None
    started: datetime | None = None
    first_token_ms: float | None = None
    duration_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    cached: bool = False
    passed: int = 0
    asserted: int = 0
    rating: int | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    messages: Sequence[Mapping[str, str]] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    response: str = ""
    recipe: str = ""
    output: str = ""
    value: str | None = None

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    def processed(self) -> Any:
        """What later steps get of it: a JSON value, the response itself where nothing was made of
        it."""
        return self.response if self.value is None else json.loads(self.value)


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One run of the workflow, or of a part of it. `request` is what was asked for: `from`,
    `until`, `versions`, `fresh`. Times are UTC; `ended` is None while it goes on."""

    id: str
    name: str
    status: RunStatus
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

    `lines_added` and `lines_removed` count against the version before it, as it was when this
    one was made; for a first version every line is added. `last_run` has no response text.
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
    run_count: int = 0
    last_run: Run | None = None

    @property
    def label(self) -> str:
        return f"v{self.number}"


@dataclass(frozen=True, slots=True)
class StepHistory:
    """The kept versions of a step, newest first, and the number of the current one.

    `unversioned` is the hash of a text that an automatic save put on disk and that is no version
    yet, so that nobody takes it for somebody else's change.
    """

    step: str
    current: int
    versions: tuple[Version, ...]
    unversioned: str | None = None

    @property
    def current_version(self) -> Version:
        return self.version(self.current)

    @property
    def newest(self) -> Version:
        return self.versions[0]

    def version(self, number: int) -> Version:
        """The kept version `number`; KeyError where there is none."""
        for version in self.versions:
            if version.number == number:
                return version
        raise KeyError(number)

    def holding(self, content_hash: str) -> Version | None:
        """The kept version with that text, the newest of them."""
        return next((v for v in self.versions if v.hash == content_hash), None)
