"""Steps as MCP prompts, whose arguments are their inputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mcp_types import GetPromptResult, Prompt, PromptArgument, PromptMessage, TextContent

from fourfold.app.listing import inputs_of, template_now
from fourfold.app.rendering import render_step
from fourfold.app.steps_now import all_now, step_now
from fourfold.prompts.kinds import Written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.app.answers.agents import PromptInput
    from fourfold.mcp.workspace import Workspace
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile

_OF_VERSION = re.compile(r"(.+)@v([1-9]\d{0,8})", re.DOTALL)


async def list_prompts(workspace: Workspace) -> list[Prompt]:
    """A prompt for each step, as it is in its file."""
    async with workspace.looking() as engine:
        return await engine.call(_listed, engine.project)


async def get_prompt(
    workspace: Workspace, name: str, arguments: Mapping[str, str]
) -> GetPromptResult:
    """The messages of a step, or of a version of it (`STEP@v3`), with its inputs filled in; no
    model is asked. Raises FourfoldError as a run would."""
    async with workspace.looking() as engine:
        project = engine.project
        file, text = await engine.call(_text_of, project, name)
        given = {key: Written(value) for key, value in arguments.items()}
        rendered = await render_step(project, engine.registry, file, text, inputs=given)
    return GetPromptResult(messages=[_message(**one) for one in rendered.messages])


def _listed(project: Project) -> list[Prompt]:
    listed = []
    for file, history in all_now(project, lambda _: None):
        template = template_now(project, file, history)
        if template is not None:
            inputs = inputs_of(project, file.step, template)
            listed.append(
                Prompt(
                    name=file.step,
                    title=project.workflow().title(file.step),
                    description=template.description,
                    arguments=[_argument(one) for one in inputs],
                )
            )
    return listed


def _argument(asked: PromptInput) -> PromptArgument:
    kind = "" if asked.kind == "string" else f"{asked.kind}, written as JSON"
    said = ": ".join(part for part in (asked.description, kind) if part)
    return PromptArgument(name=asked.name, description=said or None, required=asked.required)


def _text_of(project: Project, name: str) -> tuple[StepFile, str]:
    """A step's own name comes first; without a version it is the text in the file."""
    found = None if project.find_step(name) else _OF_VERSION.fullmatch(name)
    if found:
        file, history = step_now(project, found[1], lambda _: None)
        return file, history.version(int(found[2])).text
    file, history = step_now(project, name, lambda _: None)
    text = project.disk_text(file)
    return file, history.current_version.text if text is None else text


def _message(role: str, content: str) -> PromptMessage:
    """MCP knows the user and the assistant; what the system says is said by the user."""
    return PromptMessage(
        role="assistant" if role == "assistant" else "user",
        content=TextContent(text=content),
    )
