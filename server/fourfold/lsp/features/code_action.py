"""textDocument/codeAction: a twin of every lens, a choice for every version, and repairs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import FourfoldError
from fourfold.lsp.client import text_changes
from fourfold.lsp.convert import client_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.lsp.buffers import Buffer
    from fourfold.lsp.server import FourfoldServer
    from fourfold.prompts.problem import Problem

KIND = "refactor.fourfold"
WITHOUT_VALUE = ("missing-input", "undeclared-input")


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
        actions: list[types.CodeAction] = []
        if _wants(params, types.CodeActionKind.QuickFix):
            template = await buffer.template()
            actions += _repairs(ls, buffer, template.problems, params)
        if _wants(params, KIND):
            with contextlib.suppress(FourfoldError):  # of which the lens tells
                history = await buffer.history()
                actions += [
                    types.CodeAction(command.title, kind=KIND, command=command)
                    for command in action_commands(buffer, history)
                ]
        return actions


def _wants(params: types.CodeActionParams, kind: str) -> bool:
    only = params.context.only
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in only)


def _repairs(
    ls: FourfoldServer,
    buffer: Buffer,
    problems: Sequence[Problem],
    params: types.CodeActionParams,
) -> Iterator[types.CodeAction]:
    """Edits that give a default to the inputs without a value that are used on these lines."""
    from fourfold.prompts.default_edit import default_edit

    lines = range(params.range.start.line, params.range.end.line + 1)
    for problem in problems:
        name, where = problem.subject, client_range(buffer.document, problem.range)
        if problem.code not in WITHOUT_VALUE or name is None or where.start.line not in lines:
            continue
        edit = default_edit(buffer.document.source, buffer.file.suffix, name)
        if edit is not None:
            told = [
                d for d in params.context.diagnostics if (d.code, d.range) == (problem.code, where)
            ]
            yield types.CodeAction(
                f"Give {name} a default",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=told,
                is_preferred=True,
                edit=text_changes(
                    buffer,
                    types.TextEdit(client_range(buffer.document, edit.range), edit.new_text),
                    versioned=ls.client.versions_edits,
                ),
            )
