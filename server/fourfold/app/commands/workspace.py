"""Commands that list what there is."""

from __future__ import annotations

from typing import Any, ClassVar

from fourfold.app.answers.models import ModelList
from fourfold.app.answers.runs import Runs
from fourfold.app.answers.versions import Steps
from fourfold.app.described import Command, Flag, PromptUri, Text, VersionNumber


class ListSteps(Command):
    """The steps of a folder: `uri` is that of a workspace folder, or of anything in it; without it
    all folders count."""

    answer: ClassVar[Any] = Steps
    uri: Text | None = None


class ListRuns(Command):
    """The runs of a version, newest first. Without `version`: of the current one."""

    answer: ClassVar[Any] = Runs
    uri: PromptUri
    version: VersionNumber | None = None


class ListModels(Command):
    """The models that can be named. With `offered` also all that the endpoint in use lists, and
    those of an Ollama, LM Studio or llama.cpp that runs on this machine: they are asked."""

    answer: ClassVar[Any] = ModelList
    offered: Flag = False
