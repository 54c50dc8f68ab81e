"""Commands that mark versions: pins, which keep them from being pushed out, and names."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from fourfold.app.answers.versions import VersionList
from fourfold.app.described import Command, Flag, PromptUri, VersionNumber


class PinVersion(Command):
    """A pinned version is never pushed out; at most two of a step can be pinned. Before a save
    pushes out a version with more than 20 runs or a rating, the user is told once how to pin it."""

    answer: ClassVar[Any] = VersionList
    uri: PromptUri
    version: VersionNumber
    pinned: Flag


class NameVersion(Command):
    """Up to 80 characters, shown wherever the version is; null, or spaces alone, take it away."""

    answer: ClassVar[Any] = VersionList
    uri: PromptUri
    version: VersionNumber
    name: Annotated[str | None, Meta(title="a text, or null for none")]
