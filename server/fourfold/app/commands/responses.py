"""The command that shows what a version was answered."""

from __future__ import annotations

from typing import Any, ClassVar

from fourfold.app.answers.files import Opened
from fourfold.app.described import Command, PromptUri, VersionNumber


class ShowResponse(Command):
    """Opens the document of a version's latest response, which follows a response that streams in.
    Without `version`: of the current one."""

    answer: ClassVar[Any] = Opened
    uri: PromptUri
    version: VersionNumber | None = None
