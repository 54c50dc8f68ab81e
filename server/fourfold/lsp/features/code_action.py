"""textDocument/codeAction: a twin of every lens, a choice for every version, and repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.client import as_dict, text_changes
from fourfold.lsp.convert import client_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.lsp.buffers import Buffer
    from fourfold.lsp.server import FourfoldServer

KIND = "refactor.fourfold"


def register(server: FourfoldServer) -> None:
    kinds = [types.CodeActionKind.QuickFix, KIND]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(kinds))
    async def code_action(
        ls: FourfoldServer, params: types.CodeActionParams
    ) -> list[types.CodeAction] | None:
        from fourfold.lsp.features.menu import action_commands

        buffer = ls.buffers.of_uri(params.text_document.uri)
        if buffer is None:
            return None
        actions = [*_repairs(ls, buffer, params.context)] if _wants(params, "quickfix") else []
        if _wants(params, KIND):
            history = await buffer.history()
            actions += [
                types.CodeAction(command.title, kind=KIND, command=command)
                for command in action_commands(buffer, history)
            ]
        return actions


def _wants(params: types.CodeActionParams, kind: str) -> bool:
    only = params.context.only
    return only is None or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _repairs(
    ls: FourfoldServer, buffer: Buffer, context: types.CodeActionContext
) -> Iterator[types.CodeAction]:
    """Edits that give inputs without a value a default, for the problems the editor names."""
    from fourfold.prompts.default_edit import default_edit

    for problem in context.diagnostics:
        if problem.source != "fourfold" or problem.code != "missing-input":
            continue
        name = (as_dict(problem.data) or {}).get("subject")
        edit = default_edit(buffer.document.source, buffer.file.suffix, str(name)) if name else None
        if edit is not None:
            yield types.CodeAction(
                f"Give {name} a default",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[problem],
                is_preferred=True,
                edit=text_changes(
                    buffer,
                    types.TextEdit(client_range(buffer.document, edit.range), edit.new_text),
                    versioned=ls.client.versions_edits,
                ),
            )
