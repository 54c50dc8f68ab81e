"""textDocument/hover: the history of the prompt, on its first line; names in workflow.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.workflow_file import OpenWorkflowFile
from fourfold.project.documents import Document
from fourfold.text import figures
from fourfold.text.markdown import plain
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.app.answers.runs import UriOf
    from fourfold.lsp.server import FourfoldServer
    from fourfold.store.records import StepHistory, Version


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: FourfoldServer, params: types.HoverParams) -> types.Hover | None:
        match ls.open.at(params.text_document.uri):
            case OpenPrompt() as prompt if params.position.line == 0:
                return await _on_prompt(ls, prompt)
            case OpenWorkflowFile() as file:
                from fourfold.lsp.features.hover_workflow import hover_workflow

                return await hover_workflow(ls, file, params.position)
        return None


async def _on_prompt(ls: FourfoldServer, prompt: OpenPrompt) -> types.Hover:
    from fourfold.reports.history import history_table

    history = await prompt.history()
    state = _state(prompt, history)
    if not ls.client.reads_markdown:
        text = f"{one_line(history.step)}: {state}\n\n{history_table(history, _no_link)}"
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text))

    def table(uri_of: UriOf) -> str:
        def link(version: Version) -> str:
            numbers = (version.number,)
            return uri_of(Document("version", version.step, numbers, suffix=prompt.file.suffix))

        return history_table(history, link)

    shown = await prompt.folder.views.publish(table)
    text = f"**{plain(history.step)}**: {state}\n\n{shown}"
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


def _state(prompt: OpenPrompt, history: StepHistory) -> str:
    """Which version this is, and which runs the last change has cost."""
    current, shown = history.current_version.label, prompt.shown(history)
    state = f"{current} is current"
    if shown.number != history.current:
        state = f"this is {shown.label}, save to make it current; {state}"
    lost = [gone for gone in history.pushed_out if gone.runs]
    went = [f"{figures.went(*gone)} (undo brings it back)" for gone in lost]
    return "; ".join([state, *went])


def _no_link(_: Version) -> None:
    return None
