"""textDocument/hover: the history of the prompt, on its first line and its front matter; names in
workflow.yaml and in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_document import TestsDocument
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: FourfoldServer, params: types.HoverParams) -> types.Hover | None:
        match ls.open.at(params.text_document.uri):
            case OpenPrompt() as prompt:
                from fourfold.lsp.shown.prompt_hover import hover_prompt

                return await hover_prompt(ls.client, prompt, params.position.line)
            case OpenWorkflowFile() as file:
                from fourfold.lsp.shown.workflow_hover import hover_workflow

                return await hover_workflow(ls.client, file, params.position)
            case TestsDocument() as tests:
                from fourfold.lsp.shown.tests_hover import hover_tests

                return await hover_tests(ls.client, tests, params.position)
        return None
