"""The texts of a prompt that a matrix asks: those of versions, and those of commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.errors import InvalidArgumentError
from fourfold.prompts.formats.instructions import INSTRUCTING
from fourfold.prompts.formats.text import TEXT
from fourfold.prompts.tool_file import TASK
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.testing.revision import Revision
    from fourfold.project.steps import StepFile
    from fourfold.prompts.formats.format import Format
    from fourfold.store.records import StepHistory, Version

NONE = "none"


@dataclass(frozen=True, slots=True)
class TestedText:
    """A text of a step's prompt, and its name in a TestReport: 3 for v3, "git:main" or "none".
    `number` is None where the step gives it none, `format` None where it is the prompt's own."""

    __test__ = False  # pytest's business is another one

    step: str
    name: int | str
    text: str
    hash: str
    number: int | None
    format: Format | None = None


def of_version(version: Version) -> TestedText:
    """The text of a kept version."""
    return TestedText(version.step, version.number, version.text, version.hash, version.number)


def of_commit(file: StepFile, revision: Revision) -> TestedText | None:
    """The text of a prompt in a commit; None where it has no such file. Raises FourfoldError."""
    text = revision.text(file.path)
    if text is None:
        return None
    return TestedText(file.step, revision.name, text, content_hash(text), None)


def of_nothing(file: StepFile) -> TestedText:
    """What is asked where a skill or instructions are left away: the task alone.
    InvalidArgumentError for other prompts, which are all that is asked."""
    if file.format not in INSTRUCTING:
        raise InvalidArgumentError(
            "baseline",
            f"{file.step} is all that the model is asked, so nothing is left without "
            "it; only skills and instructions can be held against none.",
        )
    text = f"{{{{{TASK}}}}}"
    return TestedText(file.step, NONE, text, content_hash(text), None, TEXT)


@dataclass(frozen=True, slots=True)
class Contest:
    """The texts to be compared, `current` and `baseline` among them by their names; `left_out` are
    versions that have the text of the baseline."""

    texts: Sequence[TestedText]
    current: int | str
    baseline: int | str | None
    left_out: Sequence[int]


def make_contest(
    history: StepHistory,
    versions: Sequence[Version],
    baseline: TestedText | None,
    *,
    with_current: bool,
) -> Contest:
    """The baseline before the other versions. `with_current` has the current version among them.

    A text is asked once under one name, which is the baseline's where it has it.
    """
    texts = [of_version(version) for version in versions]
    current = of_version(history.current_version)
    if with_current:
        texts.append(current)
    if baseline is None:
        return Contest(_distinct(texts), current.name, None, ())
    left_out = [one for one in texts if one.hash == baseline.hash and one.name != baseline.name]
    texts = [baseline, *(one for one in texts if one not in left_out)]
    same = current.hash == baseline.hash
    return Contest(
        _distinct(texts),
        baseline.name if same else current.name,
        baseline.name,
        [one.number for one in _distinct(left_out) if one.number is not None],
    )


def _distinct(texts: Sequence[TestedText]) -> list[TestedText]:
    return list({one.name: one for one in texts}.values())
