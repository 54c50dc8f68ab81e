"""textDocument/codeAction: a twin of every lens, a choice for every version, and repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import ACTION_KIND, asks_for
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.tests_document import TestsDocument
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


def register(server: FourfoldServer) -> None:
    kinds = [types.CodeActionKind.QuickFix, ACTION_KIND]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(kinds))
    async def code_action(
        ls: FourfoldServer, params: types.CodeActionParams
    ) -> list[types.CodeAction] | None:
        from fourfold.lsp.shown import document_menu, prompt_actions, tests_menu, workflow_menu

        uri = params.text_document.uri
        match ls.open.at(uri):
            case OpenPrompt() as prompt:
                return await prompt_actions.read_actions(ls, prompt, params)
            case OpenWorkflowFile() as file if asks_for(params, ACTION_KIND):
                return await workflow_menu.read_actions(file, params.range.end.line)
            case TestsDocument() as tests if asks_for(params, ACTION_KIND):
                return await tests_menu.read_actions(tests, params.range.end.line)
            case None if asks_for(params, ACTION_KIND):
                commands = document_menu.document_commands(ls, uri)
                return [types.CodeAction(c.title, kind=ACTION_KIND, command=c) for c in commands]
        return None
