"""The hover on the first line of a prompt, and on its front matter: its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.app.testing.standing import rates
from fourfold.project.documents import Document
from fourfold.prompts.front_matter import last_header_line
from fourfold.reports.history import history_list
from fourfold.text.markdown import link

if TYPE_CHECKING:
    from fourfold.app.answers.runs import UriOf
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.prompt import OpenPrompt


async def hover_prompt(client: Client, prompt: OpenPrompt, line: int) -> types.Hover | None:
    """The versions, each once as a link below where the client reads Markdown; None where the line
    is one of the prompt's text."""
    if line > 0 and line > last_header_line(prompt.text):
        return None
    history = await prompt.history()
    shown = prompt.shown(history)
    standings = prompt.folder.results.standings(prompt.file)
    tested = rates(standings)
    says = [standing.line for standing in prompt.standings(history)]
    if not client.reads_markdown:
        text = history_list(history, shown, says, tested, markdown=False)
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text))

    def links(uri_of: UriOf) -> list[str]:
        suffix = prompt.file.suffix
        documents = {
            one.label: Document("version", one.step, (one.number,), suffix=suffix)
            for one in history.versions
        }
        return [link(label, uri_of(document)) for label, document in documents.items()]

    below = await prompt.folder.views.publish(links)
    text = "\n\n".join([history_list(history, shown, says, tested), "\n".join(below)])
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))
