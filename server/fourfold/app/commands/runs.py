"""Commands that run versions and compare what they answered."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from fourfold.app.answers.comparisons import Comparison, ComparisonPair
from fourfold.app.answers.files import Opened
from fourfold.app.answers.runs import CancelledRuns, GivenRating, Runs, WholeRuns
from fourfold.app.described import (
    Command,
    Flag,
    Inputs,
    PromptUri,
    Text,
    VersionNumbers,
    each_once,
)
from fourfold.app.repeats import MOST_REPEATS

MOST_READ = 50
Repeats = Annotated[
    int, Meta(ge=1, le=MOST_REPEATS, title=f"a whole number from 1 to {MOST_REPEATS}")
]
RunIds = Annotated[list[str], Meta(title="a list of run ids")]


class RunStep(Command):
    """Sets runs going, which go on with progress that can be cancelled. Without `versions`: the one
    whose text the user sees, in the buffer where the editor has the file open; a text that no
    version has becomes one, and the file gets it, as with `saveVersion` (a client that would rather
    save by itself does so before). Where other programs push it out before the run is queued, that
    text is run all the same; a version that `versions` names is refused then. A version that cannot
    be run keeps no other from it. `test` is the name of a test whose inputs are taken."""

    answer: ClassVar[Any] = Runs
    uri: PromptUri
    versions: VersionNumbers | Literal["all"] | None = None
    inputs: Inputs | None = None
    test: Text | None = None
    repeat: Repeats = 1
    model: Text | None = None
    fresh: Flag = False

    def __post_init__(self) -> None:
        each_once("versions", self.versions)


class CancelRuns(Command):
    """Cancels these runs, those of the workflow too, and tests that go on by their id. Without
    `runs` all of the step, without `uri` all there are. With the `uri` of workflow.yaml it cancels
    everything of its folder."""

    answer: ClassVar[Any] = CancelledRuns
    uri: Text | None = None
    runs: RunIds | None = None


class Rate(Command):
    """Keeps what the user says of a run: 1 is good, -1 bad. It replaces what they have said before,
    and 0 without a note takes that away. A rated run is kept as long as its version."""

    answer: ClassVar[Any] = GivenRating
    uri: PromptUri
    run: Text
    rating: Annotated[Literal[-1, 0, 1], Meta(title="1, -1, or 0 for none")]
    note: Text | None = None


class ShowRun(Command):
    """Opens the document of a run. Without `run`: of the last run of the current version."""

    answer: ClassVar[Any] = Opened
    uri: PromptUri
    run: Text | None = None


class ReadRuns(Command):
    """Everything that is kept of runs of a step; those that are not kept any more are left out."""

    answer: ClassVar[Any] = WholeRuns
    uri: PromptUri
    runs: Annotated[
        list[str],
        Meta(min_length=1, max_length=MOST_READ, title=f"a list of 1 to {MOST_READ} run ids"),
    ]


class CompareRuns(Command):
    """The answers of two runs of a step, the older one on the left."""

    answer: ClassVar[Any] = ComparisonPair
    uri: PromptUri
    runs: Annotated[list[str], Meta(min_length=2, max_length=2, title="a list of two run ids")]


class CompareVersions(Command):
    """Opens the document of the comparison unless the client renders comparisons itself. Without
    `versions`: the current one against the one that it was made from, where it is the newest, else
    against the newest other. With `test`, the name of one: their answers to that test."""

    answer: ClassVar[Any] = Comparison
    uri: PromptUri
    versions: VersionNumbers | None = None
    test: Text | None = None

    def __post_init__(self) -> None:
        each_once("versions", self.versions)
