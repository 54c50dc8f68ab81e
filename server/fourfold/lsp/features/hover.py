"""textDocument/hover: the history of the prompt, on its first line; names in workflow.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.reports.documents import Document
from fourfold.text import figures
from fourfold.text.markdown import plain
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from typing import Any

    from fourfold.app.shapes import UriOf
    from fourfold.lsp.buffers import Buffer
    from fourfold.lsp.server import FourfoldServer
    from fourfold.store.records import StepHistory, Version


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: FourfoldServer, params: types.HoverParams) -> types.Hover | None:
        from fourfold.reports.history import history_table

        if (file := ls.workflow_files.get(params.text_document.uri)) is not None:
            from fourfold.lsp.features.hover_workflow import hover_workflow

            return await hover_workflow(ls, file, params.position)
        buffer = ls.buffers.of_uri(params.text_document.uri)
        if buffer is None or params.position.line != 0:
            return None
        history = await buffer.history()
        state = _state(buffer, history)
        if not ls.client.reads_markdown:
            text = f"{one_line(history.step)}: {state}\n\n{history_table(history, _no_link)}"
            return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text))

        def table(uri_of: UriOf) -> dict[str, Any]:
            def link(version: Version) -> str:
                numbers = (version.number,)
                return uri_of(Document("version", version.step, numbers, suffix=buffer.file.suffix))

            return {"value": history_table(history, link)}

        shown = await buffer.folder.views.publish(table)
        text = f"**{plain(history.step)}**: {state}\n\n{shown['value']}"
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


def _state(buffer: Buffer, history: StepHistory) -> str:
    """Which version this is, and which runs the last change has cost."""
    current, shown = history.current_version.label, buffer.shown(history)
    state = f"{current} is current"
    if shown.number != history.current:
        state = f"this is {shown.label}, save to make it current; {state}"
    lost = [gone for gone in history.pushed_out if gone.runs]
    went = [f"{figures.went(*gone)} (undo brings it back)" for gone in lost]
    return "; ".join([state, *went])


def _no_link(_: Version) -> None:
    return None
