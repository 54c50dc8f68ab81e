"""The command that writes the files of a response into the workspace."""

from __future__ import annotations

from typing import Any, ClassVar

from fourfold.app.answers.files import PlannedFiles
from fourfold.app.described import Command, PromptUri, Text


class WriteFiles(Command):
    """What writing the files of the step's response would change, which is also opened as a diff.
    They are written once the user says yes; those with a `warning` are asked about one by one, and
    left out where nobody answers. Without `run`: the step's result."""

    answer: ClassVar[Any] = PlannedFiles
    uri: PromptUri
    run: Text | None = None
