"""Tools that change prompts and their versions: only where the user allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec import Meta

from fourfold.app.answers.versions import VersionList
from fourfold.app.described import Command, Flag, VersionNumber
from fourfold.app.steps_now import step_now
from fourfold.app.switching import save_text, take_back, use_version
from fourfold.app.testing.standing import read_standings
from fourfold.mcp.tools.tool import StepName, Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.mcp.tools.tool import Call
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile

PromptText = Annotated[
    str,
    Meta(
        min_length=1,
        title="a text, that of the whole prompt file",
        description="the whole prompt file, front matter included",
    ),
]


class SaveVersion(Command):
    """Gives a prompt's file a new text, which becomes its newest version, and the current one. A
    step keeps four versions: the answer says in `pushedOut` which one went, and undo brings it
    back. The text of a kept version makes that one current again."""

    answer: ClassVar[Any] = VersionList
    step: StepName
    text: PromptText


class UseVersion(Command):
    """Makes a kept version the current one, and gives the prompt's file its text. A text in the
    file that no version has is never overwritten."""

    answer: ClassVar[Any] = VersionList
    step: StepName
    version: VersionNumber


class PinVersion(Command):
    """Keeps a version from being pushed out by later ones, or with `pinned` false lets it go again.
    At most two versions of a step can be pinned."""

    answer: ClassVar[Any] = VersionList
    step: StepName
    version: VersionNumber
    pinned: Flag = True


class Undo(Command):
    """Takes back the last change of a step's versions, whoever made it: a save, with the version
    that it pushed out and its runs, or a switch."""

    answer: ClassVar[Any] = VersionList
    step: StepName


async def _changed(
    call: Call, step: str, change: Callable[[Project, StepFile], object]
) -> VersionList:
    """The versions after a change, with what was on disk before taken in."""
    engine = await call.workspace.engine()
    project = engine.project

    def changed() -> VersionList:
        file, _ = step_now(project, step, call.notes.append, refuses=True)
        change(project, file)
        return VersionList.of(
            project.history(file), file, project.uri_of, read_standings(project, file)
        )

    return await engine.call(changed)


async def _save_version(call: Call, asked: SaveVersion) -> VersionList:
    return await _changed(
        call, asked.step, lambda project, file: save_text(project, file, asked.text)
    )


async def _use_version(call: Call, asked: UseVersion) -> VersionList:
    return await _changed(
        call, asked.step, lambda project, file: use_version(project, file, asked.version)
    )


async def _pin_version(call: Call, asked: PinVersion) -> VersionList:
    return await _changed(
        call, asked.step, lambda project, file: project.pin(file, asked.version, asked.pinned)
    )


async def _undo(call: Call, asked: Undo) -> VersionList:
    return await _changed(call, asked.step, take_back)


WRITING = [
    Tool(
        asked=SaveVersion,
        do=_save_version,
        title="Save a new version",
        destroys=True,
        repeats=True,
    ),
    Tool(
        asked=UseVersion,
        do=_use_version,
        title="Make a version current",
        destroys=True,
        repeats=True,
    ),
    Tool(asked=PinVersion, do=_pin_version, title="Pin a version", repeats=True),
    Tool(asked=Undo, do=_undo, title="Undo the last change", destroys=True),
]
