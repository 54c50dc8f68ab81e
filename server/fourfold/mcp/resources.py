"""Kept versions as MCP resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from mcp_types import ReadResourceResult, Resource, ResourceTemplate, TextResourceContents

from fourfold.app.steps_now import all_now, step_now
from fourfold.errors import InvalidArgumentError

if TYPE_CHECKING:
    from fourfold.mcp.workspace import Workspace
    from fourfold.project.project import Project

_URI = re.compile(r"fourfold://step/(.+)/v([1-9]\d{0,8})", re.DOTALL)
_MEDIA_TYPE = "text/plain"

TEMPLATE = ResourceTemplate(
    name="version",
    title="A version of a prompt",
    uri_template="fourfold://step/{+step}/v{version}",
    description="The text of a kept version, by the name of its step and its number.",
    mime_type=_MEDIA_TYPE,
)


async def list_resources(workspace: Workspace) -> list[Resource]:
    """All kept versions, the newest of each step first."""
    async with workspace.looking() as engine:
        return await engine.call(_listed, engine.project)


async def read_resource(workspace: Workspace, uri: str) -> ReadResourceResult:
    """The text of a version; InvalidArgumentError where it is not kept."""
    named = _URI.fullmatch(uri)
    if named is None:
        raise InvalidArgumentError(
            "uri", f"{uri} names no version; write it like fourfold://step/requirement/v3."
        )
    async with workspace.looking() as engine:

        def text(project: Project) -> str:
            _, history = step_now(project, unquote(named[1]), lambda _: None)
            return history.version(int(named[2])).text

        text_then = await engine.call(text, engine.project)
    contents = TextResourceContents(uri=uri, mime_type=_MEDIA_TYPE, text=text_then)
    return ReadResourceResult(contents=[contents])


def uri_of(step: str, number: int) -> str:
    return f"fourfold://step/{quote(step)}/v{number}"


def _listed(project: Project) -> list[Resource]:
    return [
        Resource(
            name=f"{history.step}@{version.label}",
            uri=uri_of(history.step, version.number),
            description=version.change,
            mime_type=_MEDIA_TYPE,
            size=len(version.text.encode()),
        )
        for _, history in all_now(project, lambda _: None)
        if history is not None
        for version in history.versions
    ]
