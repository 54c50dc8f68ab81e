"""The commands that show what a run would send."""

from __future__ import annotations

from typing import Any, ClassVar

from fourfold.app.answers.files import Opened
from fourfold.app.answers.models import RenderedStep
from fourfold.app.described import Command, Inputs, PromptUri, VersionNumber


class RenderStep(Command):
    """What a run would send: no model is asked, and nothing goes over the network. Without
    `version`: the text that the user sees, in the buffer where the editor has the file open."""

    answer: ClassVar[Any] = RenderedStep
    uri: PromptUri
    version: VersionNumber | None = None
    inputs: Inputs | None = None


class ShowRendering(Command):
    """Opens a document with what a run of the text that the user sees would send, and about what it
    would cost. It follows what is saved; no model is asked."""

    answer: ClassVar[Any] = Opened
    uri: PromptUri
