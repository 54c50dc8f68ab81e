"""What only the command line answers with `--json`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from fourfold.app.answers.errors import Error
from fourfold.app.described import Answer


class Failed(Answer):
    """What is printed in place of an answer."""

    error: Error


class PromptDifference(Answer):
    """What turns the prompt of one version into that of another."""

    step: str
    versions: Annotated[tuple[int, int], Meta(description="the old one first")]
    differ: bool
    diff: Annotated[str, Meta(description="a unified diff")]


class Freed(Answer):
    """What was freed, or would be."""

    runs: int
    workflow_runs: int
    bytes: int


class Sample(Answer):
    """The sample that was put into a folder."""

    folder: str
    written: list[str]
    kept: Annotated[list[str], Meta(description="files that were there already")]


class Check(Answer):
    """What was looked for, what was found, and what to do."""

    name: str
    state: Annotated[str, Meta(description="ok, absent (may stay so) or wrong")]
    found: str
    advice: str | None


class Checks(Answer):
    """All that Fourfold needs."""

    checks: list[Check]


class Place(Answer):
    """A place in a file, from 0, in code points."""

    line: int
    character: int


class Range(Answer):
    """From one place up to another."""

    start: Place
    end: Place


class Problem(Answer):
    """Something that is wrong in a file of the workspace."""

    path: Annotated[str, Meta(description="below the folder")]
    uri: str
    range: Range
    severity: str
    code: str
    message: str


class Problems(Answer):
    """All that is wrong."""

    problems: list[Problem]


class InstalledModel(Answer):
    """Where the embedded model is."""

    folder: str
