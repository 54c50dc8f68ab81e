"""The hover on the first line of a prompt: its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.project.documents import Document
from fourfold.reports.history import history_table
from fourfold.text import figures
from fourfold.text.markdown import plain
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.app.answers.runs import UriOf
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.store.records import StepHistory, Version


async def hover_prompt(client: Client, prompt: OpenPrompt) -> types.Hover:
    history = await prompt.history()
    standings = prompt.folder.results.standings(prompt.file)
    rates = {text: standing.rate for text, standing in standings.items()}
    state = _state(prompt, history)
    if not client.reads_markdown:
        text = f"{one_line(history.step)}: {state}\n\n{history_table(history, _no_link, rates)}"
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text))

    def table(uri_of: UriOf) -> str:
        def link(version: Version) -> str:
            numbers = (version.number,)
            return uri_of(Document("version", version.step, numbers, suffix=prompt.file.suffix))

        return history_table(history, link, rates)

    shown = await prompt.folder.views.publish(table)
    text = f"**{plain(history.step)}**: {state}\n\n{shown}"
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


def _state(prompt: OpenPrompt, history: StepHistory) -> str:
    """Which version this is, and which runs the last change has cost."""
    current, shown = history.current_version.label, prompt.shown(history)
    state = f"{current} is current"
    if shown.number != history.current:
        state = f"this is {shown.label}, save to make it current; {state}"
    if (standing := prompt.standing(history)) is not None:
        state += f"; {standing.line}"
    lost = [gone for gone in history.pushed_out if gone.runs]
    went = [f"{figures.went(*gone)} (undo brings it back)" for gone in lost]
    return "; ".join([state, *went])


def _no_link(_: Version) -> None:
    return None
