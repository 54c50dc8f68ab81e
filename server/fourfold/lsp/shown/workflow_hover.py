"""Hovers in workflow.yaml: how a step stands, what an input is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.shown.menu import result_title
from fourfold.text.markdown import plain
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.project.steps import StepFile
    from fourfold.workflow.file.places import Place


async def hover_workflow(
    client: Client, file: OpenWorkflowFile, position: types.Position
) -> types.Hover | None:
    """What is known of the name at a position, in the markup that the client reads."""
    place = await file.place_at(position)
    if place is None:
        return None
    title = ""
    lines: list[str] = []
    if place.kind == "input":
        title, lines = await _input(file, place)
    elif place.kind in ("key", "step"):
        title, lines = await _step(file, place.value)
    if not title:
        return None
    marked = client.reads_markdown
    kind = types.MarkupKind.Markdown if marked else types.MarkupKind.PlainText
    said = plain if marked else one_line
    first, *rest = map(said, [title, *lines])
    first = f"**{first}**" if marked else first
    text = "\n\n".join([first, *rest])
    return types.Hover(types.MarkupContent(kind, text), file.client_range(place.range))


async def _step(file: OpenWorkflowFile, step: str) -> tuple[str, list[str]]:
    config = await file.config()
    title = config.title(step)
    named = title if title == step else f"{title} ({step})"
    prompt = await file.folder.look(lambda project: project.steps.find(step))
    if prompt is None:
        return named, ["It has no prompt yet."]
    return named, await _state(file, prompt)


async def _state(file: OpenWorkflowFile, prompt: StepFile) -> list[str]:
    """How a step stands: its versions, its last result, and whether that still holds."""
    folder = file.folder
    history = await folder.known_history(prompt)
    current, oldest, newest = history.current_version, history.versions[-1], history.versions[0]
    kept = "" if oldest is newest else f" of {oldest.label}–{newest.label}"
    last = current.last_run
    result = "not run yet" if last is None else f"last run: {result_title(last)}"
    lines = [f"{current.label}{kept} is current · {result}"]
    state = await folder.workflow.state(prompt.step)
    if state is not None and state.stale:
        lines.append("stale: its prompt or what it takes has changed since; run it again")
    return lines


async def _input(file: OpenWorkflowFile, place: Place) -> tuple[str, list[str]]:
    variables = (await file.inputs()).get(place.step) or ()
    found = next((one for one in variables if one.name == place.value), None)
    if found is None:
        return "", []
    need = "optional" if found.optional or found.fallback is not None else "required"
    lines = [found.description] if found.description else []
    return found.name, [*lines, f"{found.kind}, {need}"]
