"""textDocument/completion: what can be typed in workflow.yaml, in a prompt, and in its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_document import TestsDocument
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    options = types.CompletionOptions(
        trigger_characters=[" ", "{", "/", "$"], resolve_provider=False
    )

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    async def completion(
        ls: FourfoldServer, params: types.CompletionParams
    ) -> list[types.CompletionItem] | None:
        from fourfold.lsp.shown import completions

        match ls.open.at(params.text_document.uri):
            case OpenPrompt() as prompt:
                return await completions.in_prompt(prompt, params.position)
            case OpenWorkflowFile() as file:
                return await completions.in_workflow(ls, file, params.position)
            case TestsDocument() as tests:
                return await completions.in_tests(tests, params.position)
        return None
