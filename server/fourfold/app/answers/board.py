"""The board as clients see it: a step's versions side by side."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from fourfold.app.answers.runs import Rating, RunWithResponse, Score
from fourfold.app.answers.tests import TestReport
from fourfold.app.answers.versions import Version
from fourfold.app.described import Answer
from fourfold.store.records import RunStatus


class BoardRun(RunWithResponse):
    """A run with what is said of it."""

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


class Board(Answer):
    """What the board shows."""

    step: str
    title: str
    uri: Annotated[str, Meta(description="of the prompt file")]
    current: int
    arms: Annotated[list[BoardArm], Meta(description="oldest first")]
    report: TestReport | UnsetType | None = UNSET
    results: list[BoardResult] | UnsetType = UNSET
