"""The board as clients see it: a step's versions side by side."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from fourfold.app.answers.runs import (
    Rating,
    RunSummary,
    RunWithResponse,
    Score,
    WholeRun,
)
from fourfold.app.answers.tests import TestReport
from fourfold.app.answers.versions import Version
from fourfold.app.described import Answer
from fourfold.store.records import RunStatus


class BoardRun(RunWithResponse):
    """A run with what it was given, and what is said of it."""

    inputs: Annotated[dict[str, Any], Meta(description="what it was rendered with")]
    ratings: Annotated[list[Rating], Meta(description="the oldest first")]


class BoardArm(Answer):
    """A version with its answers."""

    version: Version
    text: str
    runs: Annotated[list[BoardRun], Meta(description="newest first, at most 5, none of tests")]


class BoardResult(Answer):
    """What a version answered to a test on a model: the first answer of each repeat."""

    run: str
    test: str
    version: int
    model: str
    repeat: int
    status: RunStatus
    error: str | None
    truncated: bool
    by: Annotated[str | None, Meta(description="whose answer it is; null for this user's")]
    response: str
    scores: list[Score]


class BoardInput(Answer):
    """An input that some kept version has."""

    name: str
    kind: str
    description: str | None
    value: Annotated[Any, Meta(description="its default, else its example; null without any")]
    example: Annotated[bool, Meta(description="whether that is an example")]
    optional: Annotated[bool, Meta(description="whether the prompt does without a value")]


class InputSet(Answer):
    """Values of inputs by name: those of a test."""

    name: str
    inputs: dict[str, Any]


class Testing(Answer):
    """Tests that go on: answers that are there of those that were planned."""

    done: int
    planned: int
    calls: int
    cost_usd: float | None
    elsewhere: Annotated[
        bool, Meta(description="another process has them, or another person; it ends them")
    ] = False


class Board(Answer):
    """What the board shows."""

    step: str
    title: str
    uri: Annotated[str, Meta(description="of the prompt file")]
    current: int
    arms: Annotated[list[BoardArm], Meta(description="oldest first")]
    testing: Annotated[Testing | None, Meta(description="null where none go on")] = None
    inputs: list[BoardInput] | UnsetType = UNSET
    sets: Annotated[
        list[InputSet] | UnsetType, Meta(description="of the first 50 tests that can be run")
    ] = UNSET
    tests: Annotated[
        int | UnsetType, Meta(description="how many tests beside the prompt can be run")
    ] = UNSET
    report: TestReport | UnsetType | None = UNSET
    results: list[BoardResult] | UnsetType = UNSET


class RunPage(Answer):
    """One response, as the board's page shows it, with all that is kept of it."""

    title: Annotated[str, Meta(description="of the step")]
    uri: Annotated[str, Meta(description="of the prompt file")]
    version: Annotated[Version | None, Meta(description="null where it is not kept any more")]
    current: int
    run: WholeRun
    inputs: Annotated[dict[str, Any], Meta(description="what it was rendered with")]
    newer: Annotated[
        RunSummary | None, Meta(description="the version's newest run, where this is an older one")
    ]
    older: Annotated[
        RunSummary | None, Meta(description="its last whole answer, where this run brought none")
    ]
    said: Annotated[str, Meta(description="Markdown: what the step makes of the response")]


class ActedOnBoard(Answer):
    """What came of an action of a board's page."""

    runs: Annotated[list[RunSummary], Meta(description="those that it began")]
