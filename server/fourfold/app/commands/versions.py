"""Commands about the versions of a step."""

from __future__ import annotations

from typing import Any, ClassVar

from fourfold.app.answers.files import Opened
from fourfold.app.answers.versions import VersionList
from fourfold.app.described import Command, PromptUri, VersionNumber


class ListVersions(Command):
    """The versions that are kept."""

    answer: ClassVar[Any] = VersionList
    uri: PromptUri


class SetCurrentVersion(Command):
    """Makes a version current. Without `version` the server asks the user. Unsaved changes are
    never thrown away without asking. See Switching."""

    answer: ClassVar[Any] = VersionList
    uri: PromptUri
    version: VersionNumber | None = None


class ShowVersion(Command):
    """Opens the document of a version; without `version`, of the current one."""

    answer: ClassVar[Any] = Opened
    uri: PromptUri
    version: VersionNumber | None = None


class ShowHistory(Command):
    """Opens the document of the history, which follows it: the versions that are kept, and what
    each has changed."""

    answer: ClassVar[Any] = Opened
    uri: PromptUri


class SaveVersion(Command):
    """Adds the text as a version now, for those who turned versioning on save off: that of the
    buffer where the editor has the file open, which the file gets then, else that of the file."""

    answer: ClassVar[Any] = VersionList
    uri: PromptUri


class Undo(Command):
    """Takes back the last change to the step's versions, whichever process made it (a save, with
    the version that it pushed out and its runs, or a switch), back to the last change that pushed
    one out; first of all a switch in the buffer that nobody has saved. See Switching."""

    answer: ClassVar[Any] = VersionList
    uri: PromptUri
